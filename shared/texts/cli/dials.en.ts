/** `cleardial dials`: what it says, and its help. English (UK). */
import { counted } from "../language.ts";

export const dialsCliEn = {
  written: "Written: {n} dials",
  dials: counted("{n} dial", "{n} dials"),
  exported: "{dials} written to {file}.",
  notWritten: "{file} cannot be written.",
  changing: "Dials of this month are moving to its files right now. Try again in some minutes.",
};

export const dialsHelpEn = {
  dials: "the evidence of dials as a file",
  export: "writes a month of dials as a Parquet file, for analysts: what closed and what is in the database",
  month: "the month (UTC), such as 2026-08",
  wantsMonth: "It must be a month such as 2026-08.",
};
