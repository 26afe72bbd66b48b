/** The import of a call log's file. */
import type { CallFinding, CallsImported } from "../../../shared/call-logs/api.ts";
import {
  type CallField,
  callHeadings,
  callOf,
  type CallsOtherwise,
  neededOfCalls,
} from "../../../shared/call-logs/file.ts";
import { callsEn } from "../../../shared/texts/call-logs/desk.en.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { Choice, ProviderInput, zones } from "../import/Inputs.tsx";
import { ImportLog } from "../import/Log.tsx";
import { words } from "../parts/texts.ts";

const text = callsEn.importing;
type Outcome = CallsImported["results"][number];

const note = (finding: CallFinding) => ({
  ...text.notes[finding],
  note: callsEn.findings[finding],
  is: ({ findings }: Outcome) => findings.includes(finding),
});

export default function CallLogsImport() {
  return (
    <ImportLog<CallField, CallsOtherwise, Outcome>
      path="/calls"
      back={words.nav.calls}
      words={text}
      headings={callHeadings}
      neededFor={() => neededOfCalls}
      defaults={{ direction: "outbound", zone: "utc" }}
      needed={["provider", "direction", "zone"]}
      inputs={({ provider, direction, zone }, set) => (
        <>
          <ProviderInput words={text} value={provider} set={(provider) => set({ provider })} />
          <Choice label={importEn.zone} value={zone} options={zones()} set={(zone) => set({ zone })} />
          <Choice
            label={importEn.direction}
            value={direction}
            options={callsEn.directions}
            set={(direction) => set({ direction })}
          />
        </>
      )}
      rowOf={callOf}
      notes={{
        ...{
          blocked: note("blocked"),
          unscreened: note("unscreened"),
          off: note("off"),
          contradicted: note("contradicted"),
        },
        objection: { ...text.notes.objection, note: text.objection, is: ({ objection }) => objection },
        learnt: { ...text.notes.learnt, note: text.learnt, is: ({ learnt }) => learnt },
      }}
      column={{
        id: "verdict",
        header: callsEn.columns.verdict,
        value: ({ verdict }) => verdict && dialsEn.verdicts[verdict],
      }}
    />
  );
}
