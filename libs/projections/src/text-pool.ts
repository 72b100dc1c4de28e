// Short texts kept as bytes behind each other: millions of client order ids without an object each.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const FIRST_BYTES = 256;

/** Texts of at most 255 bytes of UTF-8. */
export class TextPool {
  private bytes = new Uint8Array(FIRST_BYTES);
  private end = 1;

  /** Where the text stands; 0 stands for the empty text. */
  add(text: string): number {
    if (text === '') return 0;
    this.reserve(text.length * 3 + 1);
    const start = this.end;
    const length = this.write(start + 1, text);
    if (length > 255) throw new RangeError(`a text of ${length} bytes is longer than the 255 that the pool keeps`);
    this.bytes[start] = length;
    this.end = start + 1 + length;
    return start;
  }

  get(place: number): string {
    if (place === 0) return '';
    return decoder.decode(this.bytes.subarray(place + 1, place + 1 + this.bytes[place]));
  }

  /** All texts, for `restore`. */
  flat(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  restore(flat: Uint8Array): void {
    this.bytes = new Uint8Array(flat);
    this.end = flat.length;
  }

  private write(at: number, text: string): number {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return encoder.encodeInto(text, this.bytes.subarray(at)).written;
      this.bytes[at + i] = unit;
    }
    return text.length;
  }

  private reserve(more: number): void {
    if (this.end + more <= this.bytes.length) return;
    const before = this.bytes;
    this.bytes = new Uint8Array(Math.max(before.length * 2, this.end + more));
    this.bytes.set(before);
  }
}
