/**
 * HPKE, base mode, DHKEM(X25519, HKDF-SHA256) / HKDF-SHA256 / ChaCha20-Poly1305 (RFC 9180: 0x0020, 0x0001, 0x0003); aad always
 * empty. A sealed message is enc(32) ‖ ciphertext ‖ tag(16). X25519 runs in this code: older web views have none in WebCrypto.
 */
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { x25519 } from "@noble/curves/ed25519.js";
import { concat, Refused, systemRandom, type Bytes, type Random } from "./bytes.ts";

export const OVERHEAD = 48;

/** The message does not open under this key and info, or nothing can be sealed to this key. */
export class NotOpened extends Refused {
  override name = "NotOpened";
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

/** The private key of 32 random bytes in the form of RFC 7748 §5. */
export function clamp(raw: Bytes): Bytes {
  const out = raw.slice();
  out[0] = (out[0] as number) & 248;
  out[31] = ((out[31] as number) & 127) | 64;
  return out;
}

export function newPrivateKey(random: Random = systemRandom): Bytes {
  return clamp(random(32));
}

export function publicKey(privateKey: Bytes): Bytes {
  return x25519.getPublicKey(privateKey);
}

/** Seals to an X25519 public key; throws NotOpened if nobody can hold that key. `ekm` fixes the ephemeral key, in vectors only. */
export async function seal(to: Bytes, info: Bytes, plaintext: Bytes, ekm?: Bytes): Promise<Bytes> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(to));
    const fixed = ekm === undefined ? {} : { ekm: buffer(ekm) };
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: buffer(info), ...fixed }, buffer(plaintext));
    return concat(new Uint8Array(enc), new Uint8Array(ct));
  } catch {
    throw new NotOpened("a key that nobody can hold");
  }
}

export async function open(privateKey: Bytes, info: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < OVERHEAD) throw new NotOpened("too short");
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(buffer(privateKey));
    const enc = buffer(sealed.slice(0, 32));
    return new Uint8Array(await suite.open({ recipientKey, enc, info: buffer(info) }, buffer(sealed.slice(32))));
  } catch {
    throw new NotOpened("sealed to another key or for another use");
  }
}

function buffer(bytes: Bytes): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
