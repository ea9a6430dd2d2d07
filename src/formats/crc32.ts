/** The checksum of zip and gzip. */

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/**
 * CRC-32 (reflected polynomial edb88320) of the bytes, in [0, 2³²).
 * Source: PKWARE, APPNOTE.TXT 6.3, section 4.4.7.
 */
export function crc32(bytes: Uint8Array): number {
  let remainder = -1;
  for (let k = 0; k < bytes.length; k++) remainder = (remainder >>> 8) ^ TABLE[(remainder ^ bytes[k]) & 0xff];
  return ~remainder >>> 0;
}
