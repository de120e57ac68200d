"""Every label of suite ``pj2``: ASCII and one zero byte, so that no hash or signature fits two uses."""

from __future__ import annotations

SUITE = "pj2"

TOKEN = b"pingjia/token/v1\0"  # what an issuer signs blindly
BALLOT = b"pingjia/ballot/v2\0"  # what the one-time key signs
RECEIPT = b"pingjia/receipt/v1\0"  # what the box answers
CTX = b"pingjia/pj2/ctx\0"  # binds a body to box, key and slate
WEIGHT = b"pingjia/pj2/weight\0"  # weights of the grades
CHOICE = b"pingjia/pj2/choice\0"  # challenge of the one-of-many proof
PARTIAL = b"pingjia/pj2/partial\0"  # challenge of a partial decryption
SHARE = b"pingjia/pj2/share\0"  # sealing a scrutineer's share
RELAY = b"pingjia/pj2/relay\0"  # sealing partials from scrutineer to scrutineer
CARD_SIGN = b"pingjia/card/sign\0"
CARD_EXCHANGE = b"pingjia/card/exchange\0"
ENROL = b"pingjia/enrol/v1\0"  # a scrutineer's two public keys belong together
CARD_CHECK = b"pingjia/card/check\0"  # the ninth group of a card
ACCEPT = b"pingjia/accept/v1\0"  # a scrutineer accepts a key set
OPENING = b"pingjia/opening/v1\0"  # names the set of boxes opened as one
ISSUANCE = b"pingjia/issuance/v1\0"  # an issuer's closing statement
REFUSAL = b"pingjia/refusal/v1\0"  # an issuer's signed no
RESULT = b"pingjia/result/v1\0"  # what the scrutineers sign
OPINION = b"pingjia/opinion/v1\0"  # sealing a free text
OPINIONS = b"pingjia/opinions/v1\0"  # what the reader of an opinion box signs
OPINION_SHARE = b"pingjia/opinion/share/v1\0"  # resealing a share of the opinion key to the reader
SLOT = b"slot\0"  # place of a stored ballot, keyed by storage_key
