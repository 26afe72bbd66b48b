/** A download that counts once all of it went. */

/** The same stream, of `bytes` bytes. `arrived` is done before the last of them go: never for one that broke off before. */
export const untilArrived = (
  stream: ReadableStream<Uint8Array>,
  bytes: number,
  arrived: () => Promise<unknown>,
): ReadableStream<Uint8Array> => {
  let left = bytes;
  return stream
    .pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        async transform(chunk, to) {
          left -= chunk.byteLength;
          // Where it cannot be kept, the download is whole none the less, and does not count.
          if (left === 0) await arrived().catch((error: unknown) => console.error(error));
          to.enqueue(chunk);
        },
      }),
    )
    .pipeThrough(new FixedLengthStream(bytes));
};
