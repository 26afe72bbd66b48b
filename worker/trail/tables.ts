/** The tables whose rows the trail binds field by field. */
import { boundTableNames } from "../../shared/trail/bound-tables.ts";
import { callsBound } from "../call-logs/bound.ts";
import { linesBound, peopleBound, tokensBound } from "../core/access-bound.ts";
import type { BoundTable } from "../core/bound.ts";
import { dialsBound } from "../dials/bound.ts";
import { consentsBound, suppressionsBound } from "../do-not-call/bound.ts";
import { policiesBound } from "../policy/bound.ts";
import { filesBound } from "../privacy-requests/files/bound.ts";
import { contentsBound, listsBound, versionsBound } from "../registers/bound.ts";
import { audioBound, certificatesBound, recordingsBound } from "../recordings/bound.ts";

const byName: Readonly<Record<(typeof boundTableNames)[number], BoundTable>> = {
  dials: dialsBound,
  policies: policiesBound,
  suppressions: suppressionsBound,
  consents: consentsBound,
  recordings: recordingsBound,
  audio: audioBound,
  calls: callsBound,
  certificates: certificatesBound,
  people: peopleBound,
  tokens: tokensBound,
  gate_lines: linesBound,
  request_files: filesBound,
  lists: listsBound,
  versions: versionsBound,
  contents: contentsBound,
};
export const boundTables: readonly BoundTable[] = boundTableNames.map((name) => byName[name]);
