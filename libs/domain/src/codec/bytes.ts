// A byte buffer with a place in it: what the codecs write to and read from.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Bytes {
  readonly view: DataView;
  /** Offset of the next byte. */
  at = 0;

  constructor(readonly array: Uint8Array) {
    this.view = new DataView(array.buffer, array.byteOffset, array.byteLength);
  }

  /** UTF-8 behind a 16-bit length. Throws RangeError when it does not fit the buffer or 65,535 bytes. */
  writeText(text: string): void {
    const { array } = this;
    const start = this.at + 2;
    const length = text.length;
    if (length > 0xffff || start + length > array.length)
      throw new RangeError(`a text of ${length} bytes does not fit`);
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return this.writeUtf8(text);
      array[start + i] = unit;
    }
    this.view.setUint16(this.at, length, true);
    this.at = start + length;
  }

  private writeUtf8(text: string): void {
    const { read, written } = encoder.encodeInto(text, this.array.subarray(this.at + 2));
    if (read < text.length || written > 0xffff) throw new RangeError('a text does not fit its record');
    this.view.setUint16(this.at, written, true);
    this.at += 2 + written;
  }

  readText(): string {
    const length = this.view.getUint16(this.at, true);
    const start = this.at + 2;
    this.at = start + length;
    if (length > 40) return decoder.decode(this.array.subarray(start, this.at));
    let text = '';
    for (let i = start; i < this.at; i++) {
      const unit = this.array[i]!;
      if (unit > 127) return decoder.decode(this.array.subarray(start, this.at));
      text += String.fromCharCode(unit);
    }
    return text;
  }
}
