/** A mail as the outbox keeps it: the one without attachments, for servers that find the other too large, and the full one. */
export interface PackedMail {
  readonly small: Buffer;
  readonly full: Buffer;
}

/** Four bytes that tell the length of the small one, then both. */
export function packMail({ small, full }: PackedMail): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(small.length);
  return Buffer.concat([head, small, full]);
}

export function unpackMail(bytes: Uint8Array): PackedMail {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const smallBytes = all.readUInt32BE(0);
  return { small: all.subarray(4, 4 + smallBytes), full: all.subarray(4 + smallBytes) };
}
