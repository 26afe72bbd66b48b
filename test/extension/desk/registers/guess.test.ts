/** Register and day by a file's name, as the registers' own files and people's copies are named. */
import { expect, it } from "vitest";
import { dayOfFile, guessDate, guessRegister } from "../../../../extension/desk/registers/guess.ts";

const lists = [
  { id: "tps", name: "TPS" },
  { id: "ctps", name: "CTPS" },
  { id: "robinson-at", name: "Robinson list" },
];

it.each([
  ["TPS_Full_20261120.txt", "tps"],
  ["ctps.csv", "ctps"],
  ["20261120-ctps-and-more.txt", "ctps"],
  ["tps20261120.txt", "tps"],
  ["robinson at 2026.csv", "robinson-at"],
  ["Robinson-List.csv", "robinson-at"],
  // Not in the middle of a word.
  ["steps.txt", undefined],
  ["https.txt", undefined],
  ["register.txt", undefined],
])("%s is a copy of %s", (file, id) => {
  expect(guessRegister(file, lists)?.id).toBe(id);
});

it.each([
  ["TPS_Full_20261120.txt", "2026-11-20"],
  ["tps-2026-11-20.txt", "2026-11-20"],
  ["tps 20.11.2026.txt", "2026-11-20"],
  ["ctps_20112026.txt", "2026-11-20"],
  // Neither a day to come, nor one that is none, nor one of two.
  ["tps-2026-12-01.txt", ""],
  ["tps-2026-11-31.txt", ""],
  ["tps-2026-11-20-to-2026-11-21.txt", ""],
  ["tps-1234567890.txt", ""],
  ["tps.txt", ""],
  // In May, or in November: nobody knows which country wrote it.
  ["ftc_05-11-2026.txt", ""],
  ["ftc_05112026.txt", ""],
  ["ftc_05.12.2026.txt", ""],
  ["ftc_05-11-2026_20261105.txt", ""],
  ["ftc_11-11-2026.txt", "2026-11-11"],
])("%s is of %s", (file, day) => {
  expect(guessDate(file, "2026-11-28")).toBe(day);
});

it.each([
  ["told by its own name", "tps_20261121.txt", { date: "2026-11-20", guessed: true }, ["2026-11-21", true]],
  [
    "told over what was entered",
    "tps_20261121.txt",
    { date: "2026-11-20", guessed: false },
    ["2026-11-21", true],
  ],
  ["not what another file's name told", "tps-old.txt", { date: "2026-11-20", guessed: true }, ["", false]],
  ["what somebody entered", "tps-old.txt", { date: "2026-11-20", guessed: false }, ["2026-11-20", false]],
])("the day of a file: %s", (_, file, before, [date, guessed]) => {
  expect(dayOfFile(file, "2026-11-28", before)).toEqual({ date, guessed });
});
