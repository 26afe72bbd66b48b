/** The page of a copy that is printed is the zip's first file, read from the beginning of the zip alone. */
import { makeZip } from "client-zip";
import { expect, it } from "vitest";
import { firstFile } from "../../../../extension/desk/privacy-requests/copy/first-file.ts";

const HTML = `<!doctype html><title>Your data</title><p>PK é ${"row ".repeat(50_000)}`;
const zipped = async (...names: string[]) =>
  new Uint8Array(
    await new Response(
      makeZip(
        names.map((name) => ({ name, input: name.endsWith(".html") ? HTML : new Uint8Array(300_000) })),
      ),
    ).arrayBuffer(),
  );

it("is its text, from the whole zip and from as much of it as has it", async () => {
  const zip = await zipped("index.html", "recordings/001.wav");
  expect(firstFile(zip, "index.html")).toBe(HTML);
  expect(firstFile(zip.subarray(0, 250_000), "index.html")).toBe(HTML);
});

it("is none where it is not all there, is another file, or is no zip", async () => {
  const zip = await zipped("index.html", "recordings/001.wav");
  for (const length of [0, 4, 29, 30, 40, 100_000])
    expect(firstFile(zip.subarray(0, length), "index.html")).toBeNull();
  expect(firstFile(await zipped("recordings/001.wav", "index.html"), "index.html")).toBeNull();
  expect(firstFile(new TextEncoder().encode(HTML), "index.html")).toBeNull();
});
