/**
 * HPKE, base mode, one message: DHKEM(X25519, HKDF-SHA256) / HKDF-SHA256 / ChaCha20-Poly1305 (RFC 9180: 0x0020, 0x0001, 0x0003), aad
 * always empty. A sealed message is enc(32) ‖ ciphertext ‖ tag(16). Nothing here asks WebCrypto: older web views have no X25519
 * there. The key schedule stands here because the general library is five times its size; tests hold the two against each other.
 */
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ascii, concat, Refused, systemRandom, u16, type Bytes, type Random } from "./bytes.ts";

export const OVERHEAD = 48;

const [KEM, KDF, AEAD] = [u16(0x0020), u16(0x0001), u16(0x0003)];
const KEM_SUITE = concat(ascii("KEM"), KEM);
const HPKE_SUITE = concat(ascii("HPKE"), KEM, KDF, AEAD);
const VERSION = ascii("HPKE-v1");
const EMPTY = new Uint8Array(0);

/** The message does not open under this key and info, or nothing can be sealed to this key. */
export class NotOpened extends Refused {
  override name = "NotOpened";
}

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

/** Seals to an X25519 public key (RFC 9180 §6.1); throws NotOpened if nobody can hold that key. */
export async function seal(to: Bytes, info: Bytes, plaintext: Bytes, random: Random = systemRandom): Promise<Bytes> {
  const ephemeral = random(32);
  const enc = publicKey(ephemeral);
  const { key, nonce } = schedule(exchange(ephemeral, to), enc, to, info);
  const box = new Chacha20Poly1305().createEncryptionContext(buffer(key));
  return concat(enc, new Uint8Array(await box.seal(buffer(nonce), buffer(plaintext), buffer(EMPTY))));
}

/** Opens a sealed message; throws NotOpened for a wrong key, info or message. */
export async function open(privateKey: Bytes, info: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < OVERHEAD) throw new NotOpened("too short");
  const enc = sealed.slice(0, 32);
  const { key, nonce } = schedule(exchange(privateKey, enc), enc, publicKey(privateKey), info);
  const box = new Chacha20Poly1305().createEncryptionContext(buffer(key));
  try {
    return new Uint8Array(await box.open(buffer(nonce), buffer(sealed.slice(32)), buffer(EMPTY)));
  } catch {
    throw new NotOpened("sealed to another key or for another use");
  }
}

function exchange(privateKey: Bytes, publicKeyBytes: Bytes): Bytes {
  try {
    return x25519.getSharedSecret(privateKey, publicKeyBytes);
  } catch {
    throw new NotOpened("a key that nobody can hold");
  }
}

/** RFC 9180 §4.1 ExtractAndExpand, then §5.1 KeySchedule in base mode for the first message. */
function schedule(dh: Bytes, enc: Bytes, to: Bytes, info: Bytes): { key: Bytes; nonce: Bytes } {
  const eae = labeledExtract(KEM_SUITE, EMPTY, "eae_prk", dh);
  const shared = labeledExpand(KEM_SUITE, eae, "shared_secret", concat(enc, to), 32);
  const pskIdHash = labeledExtract(HPKE_SUITE, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = labeledExtract(HPKE_SUITE, EMPTY, "info_hash", info);
  const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
  const secret = labeledExtract(HPKE_SUITE, shared, "secret", EMPTY);
  return {
    key: labeledExpand(HPKE_SUITE, secret, "key", context, 32),
    nonce: labeledExpand(HPKE_SUITE, secret, "base_nonce", context, 12),
  };
}

function labeledExtract(suite: Bytes, salt: Bytes, label: string, ikm: Bytes): Bytes {
  return extract(sha256, concat(VERSION, suite, ascii(label), ikm), salt);
}

function labeledExpand(suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Bytes {
  return expand(sha256, prk, concat(u16(length), VERSION, suite, ascii(label), info), length);
}

function buffer(bytes: Bytes): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
