/** Parts of a recording to silence, as officers write them. */
import { expect, it } from "vitest";
import {
  readMutedParts,
  sayMutedParts,
  writeMutedParts,
} from "../../../../../extension/desk/privacy-requests/mute/parts.ts";

it("seconds and minutes are read, one stretch a line, and said again as they are read", () => {
  const read = readMutedParts("12.5-20\n\n 1:05 – 1:07,25 \n");
  expect(read).toEqual({
    mutes: [
      [12.5, 20],
      [65, 67.25],
    ],
    wrong: [],
  });
  const said = sayMutedParts(read.mutes);
  expect(said).toEqual(["0:12.5 – 0:20", "1:05 – 1:07.25"]);
  expect(readMutedParts(said.join("\n"))).toEqual(read);
  expect(readMutedParts("")).toEqual({ mutes: [], wrong: [] });
});

it.each(["20-12", "5-5", "12", "1-2-3", "1:75-2:00", "a-b", "-3-5"])("%s is no stretch", (line) => {
  expect(readMutedParts(`1-2\n${line}`)).toEqual({ mutes: [[1, 2]], wrong: [line] });
});

it("a part that is marked beside a half-typed line takes neither the line nor the other parts away", () => {
  const written = "0:12 – 0:20\n1:05 -";
  const { mutes } = readMutedParts(written);
  expect(writeMutedParts(written, [...mutes, [30, 31.5]])).toBe("0:12 – 0:20\n0:30 – 0:31.5\n1:05 -");
});
