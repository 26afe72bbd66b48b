/** Text that waits compressed until its length is known: stores want that first, and a copy may be larger than our memory. */
export class Spool {
  /** Bytes of the text, in UTF-8. */
  size = 0;
  readonly #writer: WritableStreamDefaultWriter<BufferSource>;
  readonly #kept: Promise<Blob>;

  constructor() {
    const gzip = new CompressionStream("gzip");
    this.#writer = gzip.writable.getWriter();
    this.#kept = new Response(gzip.readable).blob();
  }

  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    this.size += bytes.byteLength;
    await this.#writer.write(bytes);
  }

  /** Ends the text. Answers how many bytes it takes up until it is read. */
  async close(): Promise<number> {
    await this.#writer.close();
    return (await this.#kept).size;
  }

  async read(): Promise<ReadableStream<Uint8Array>> {
    return (await this.#kept)
      .stream()
      .pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
  }
}
