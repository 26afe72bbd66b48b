/** The tables whose rows the trail binds field by field. */
import { boundTableNames } from "../../shared/trail/bound-tables.ts";
import { agentsBound, callsBound, moreBound, saidBound } from "../call-logs/bound.ts";
import { runsBound } from "../connectors/checks/runs-bound.ts";
import { linesBound, ownersBound, peopleBound, tokensBound } from "../core/access-bound.ts";
import type { BoundTable } from "../core/bound.ts";
import { resultsBound } from "../dials/canary/bound.ts";
import { dialsBound } from "../dials/bound.ts";
import {
  consentsBound,
  partiesBound,
  recordsBound,
  suppressionsBound,
  usesBound,
} from "../do-not-call/bound.ts";
import { lookupsBound, turnsBound } from "../lookups/bound.ts";
import { heldTokensBound, tiesBound } from "../people/bound.ts";
import { drawsBound, heardBound } from "../overview/bound.ts";
import { disclosuresBound, policiesBound, proposalsBound } from "../policy/bound.ts";
import {
  askedBound,
  dutiesBound,
  eventsBound,
  itemsBound,
  lettersBound,
  namedBound,
  recipientsBound,
  requestsBound,
  restrictedBound,
  statesBound,
  systemsBound,
  tasksBound,
  templatesBound,
  wordsBound,
} from "../privacy-requests/bound.ts";
import { filesBound, namesBound, openedBound } from "../privacy-requests/files/bound.ts";
import { contentsBound, listsBound, versionsBound } from "../registers/bound.ts";
import { audioBound, certificatesBound, holdsBound, recordingsBound } from "../recordings/bound.ts";
import { statementsBound } from "../proof/bound.ts";
import { endsBound, partsBound, screenedBound, screeningsBound } from "../screening/bound.ts";
import { turnedBound } from "../watching/bound.ts";
import { seenBound } from "../watching/seen.ts";

const byName: Readonly<Record<(typeof boundTableNames)[number], BoundTable>> = {
  dials: dialsBound,
  policies: policiesBound,
  proposal_states: proposalsBound,
  disclosures: disclosuresBound,
  suppressions: suppressionsBound,
  suppression_records: recordsBound,
  consents: consentsBound,
  consent_uses: usesBound,
  parties: partiesBound,
  restricted: restrictedBound,
  lookups: lookupsBound,
  lookup_turns: turnsBound,
  screenings: screeningsBound,
  screening_ends: endsBound,
  screening_parts: partsBound,
  screened_bound: screenedBound,
  recordings: recordingsBound,
  audio: audioBound,
  recording_holds: holdsBound,
  calls: callsBound,
  call_said: saidBound,
  call_said_more: moreBound,
  call_agents: agentsBound,
  certificates: certificatesBound,
  announced_draws: drawsBound,
  announced_heard: heardBound,
  people: peopleBound,
  tokens: tokensBound,
  people_held: tiesBound,
  tokens_held: heldTokensBound,
  gate_lines: linesBound,
  owners: ownersBound,
  requests: requestsBound,
  request_states: statesBound,
  duties: dutiesBound,
  request_items: itemsBound,
  request_letters: lettersBound,
  request_recipients: recipientsBound,
  request_systems: systemsBound,
  request_asked: askedBound,
  system_tasks: tasksBound,
  request_events: eventsBound,
  request_files: filesBound,
  request_file_names: namesBound,
  request_file_opened: openedBound,
  words_due: wordsBound,
  request_named: namedBound,
  letter_templates: templatesBound,
  lists: listsBound,
  versions: versionsBound,
  contents: contentsBound,
  turned: turnedBound,
  turned_marked: seenBound,
  connector_runs: runsBound,
  canary_results: resultsBound,
};
export const boundTables: readonly BoundTable[] = boundTableNames.map((name) => byName[name]);
/** Each table that is compared row by row, also those whose events bind them in another way; null where it is none. */
export const tableOf = (name: string): BoundTable | null =>
  [...boundTables, statementsBound].find((table) => table.name === name) ?? null;
