// A byte string that grows: a file's content. What was never written between two writes reads as zeros.

export class GrowingBytes {
  private bytes: Buffer = Buffer.alloc(0);
  length = 0;

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.bytes.length) {
      const grown = Buffer.alloc(Math.max(end, this.bytes.length * 2, 1_024));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    this.bytes.set(bytes, at);
    this.length = Math.max(this.length, end);
  }

  /** A view of the content as it is now. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  copy(): GrowingBytes {
    const copy = new GrowingBytes();
    copy.write(0, this.view());
    return copy;
  }

  flip(at: number, bit: number): void {
    this.bytes[at]! ^= 1 << bit;
  }
}
