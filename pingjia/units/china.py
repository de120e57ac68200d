"""The administrative divisions of the whole country: an npm package, fetched when asked for and kept nowhere.

The package is china-division (licence WTFPL); its tarball is checked against the hash below before it is opened.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from django.utils.translation import gettext as _

from pingjia.units.refusal import Refused

PACKAGE = "china-division@2.7.0"
SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
FILES = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv")


def fetch(folder: Path) -> list[Path]:
    """Put the package's five tables (665,276 places) into ``folder`` and return them; needs npm and the network."""
    npm = shutil.which("npm")
    if npm is None:
        raise Refused(_("没有找到 npm，取不到全国区划。请先安装 npm，或把区划表下载好再指明文件夹。"))
    done = subprocess.run(  # noqa: S603 - npm itself, with our own words
        [npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    packed = next(folder.glob("china-division-*.tgz"), None)
    if done.returncode or packed is None:
        raise Refused(_("取不到 %(package)s，请检查网络后再试。") % {"package": PACKAGE})
    if hashlib.sha256(packed.read_bytes()).hexdigest() != SHA256:
        raise Refused(_("取到的 %(package)s 和登记的不一样，没有使用。") % {"package": PACKAGE})
    with tarfile.open(packed) as box:
        for name in FILES:
            member = box.extractfile(f"package/dist/{name}")
            if member is not None:
                with (folder / name).open("wb") as out:
                    shutil.copyfileobj(member, out)
    packed.unlink()
    return [folder / name for name in FILES]
