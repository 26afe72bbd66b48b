/** The text of an answer; null where it is longer than that many bytes: whoever answers may go on without an end. */
export async function textWithin(response: Response, most: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  const body: ReadableStream<Uint8Array> | null = response.body;
  // Left early, the stream is cancelled.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > most) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
