"""``python -m benchmarks.load.knock PORT``: return when a server answers there, within half a minute."""

import http.client
import sys
import time


def main(port: int) -> int:
    """Knock until every worker has had a chance to load its program."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            for _worker in range(8):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", "/", headers={"Host": f"127.0.0.1:{port}"})
                connection.getresponse().read()
                connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
