/** The parts of a copy, on the desk. English (UK). */
import { counted } from "../language.ts";

export const copyPartsEn = {
  title: "The copy, in several files",
  making:
    "They are being made. The requester gets them together, once all are there; you can leave this page meanwhile.",
  came: "The requester’s page has them all. Before the request is closed each must have gone to somebody: by the letter by mail, by a link that you handed over, or by a download of yours.",
  failed: "Not all of them could be made. Put right what is said below, or leave that recording out.",
  part: "Part {n} of {of}",
  first: "all that is in writing, and {recordings}, {days}",
  other: "{recordings}, {days}",
  days: "{from} to {to}",
  recordings: counted("{n} recording", "{n} recordings"),
  states: { waiting: "being made", made: "made", failed: "could not be made", came: "" },
  opened: "opened",
  again: counted("Make it again", "Make them again"),
  againDone: "It is made again.",
  fileName: "copy",
  print: "Print its index",
  printLabel: "Print its index: {what}",
  printing: "Fetching…",
  printNone: "Its index cannot be read here: download the copy, and print index.html.",
  download: "Download",
  downloadLabel: "Download: {what}",
  stop: "Stop ({share})",
  stopLabel: "Stop the download: {what}",
};
