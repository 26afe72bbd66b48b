/** Parts of a recording to silence, as officers write them. */
import { expect, it } from "vitest";
import { readMutedParts, sayMutedParts } from "../../../../../extension/desk/privacy-requests/mute/parts.ts";

it("seconds and minutes are read, one stretch a line, and said again as they are read", () => {
  const read = readMutedParts("12.5-20\n\n 1:05 – 1:07,25 \n");
  expect(read).toEqual({
    mutes: [
      [12.5, 20],
      [65, 67.25],
    ],
  });
  const said = sayMutedParts((read as { mutes: [number, number][] }).mutes);
  expect(said).toEqual(["0:12.5 – 0:20", "1:05 – 1:07.25"]);
  expect(readMutedParts(said.join("\n"))).toEqual(read);
  expect(readMutedParts("")).toEqual({ mutes: [] });
});

it.each(["20-12", "5-5", "12", "1-2-3", "1:75-2:00", "a-b", "-3-5"])("%s is no stretch", (line) => {
  expect(readMutedParts(`1-2\n${line}`)).toEqual({ wrong: line });
});
