/** `cleardial dials`, `calls export` and `recordings`: what they say, and their help. English (UK). */
import { counted } from "../language.ts";

export const monthsCliEn = {
  written: "Written: {rows}",
  counts: {
    dials: counted("{n} dial", "{n} dials"),
    calls: counted("{n} call", "{n} calls"),
    recordings: counted("{n} recording", "{n} recordings"),
  },
  exported: "{rows} written to {file}.",
  notWritten: "{file} cannot be written.",
  changing: "Rows of this month are moving to its files right now. Try again in some minutes.",
};

export const monthsHelpEn = {
  dials: "the evidence of dials as a file",
  recordings: "what is on record of recordings as a file",
  export: {
    dials: "writes a month of dials as a Parquet file, for analysts: what closed and what is in the database",
    calls:
      "writes a month of logged calls as a Parquet file, for analysts: what closed and what is in the database",
    recordings:
      "writes a month of recordings that are kept, without their audio, as a Parquet file, for analysts: what closed and what is in the database",
  },
  month: "the month (UTC), such as 2026-08",
  wantsMonth: "It must be a month such as 2026-08.",
};
