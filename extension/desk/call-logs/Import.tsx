/** A log of calls as a file, into the calls that no page saw. */
import {
  type CallField,
  type CallsOtherwise,
  callHeadings,
  callOf,
  neededOfCalls,
} from "../../../shared/call-logs/file.ts";
import type { CallFinding, CallsImported } from "../../../shared/call-logs/api.ts";
import { callsEn } from "../../../shared/texts/call-logs/desk.en.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { Choice, ProviderInput, zones } from "../import/Inputs.tsx";
import { ImportLog } from "../import/Log.tsx";
import { words } from "../parts/words.ts";

const text = callsEn.importing;
type Outcome = CallsImported["results"][number];

const note = (finding: CallFinding) => ({
  ...text.notes[finding],
  note: callsEn.findings[finding],
  is: ({ findings }: Outcome) => findings.includes(finding),
});

export default function CallsImport() {
  return (
    <ImportLog<CallField, CallsOtherwise, Outcome>
      path="/calls"
      back={words.nav.calls}
      words={text}
      headings={callHeadings}
      neededFor={() => neededOfCalls}
      said={{ direction: "outbound", zone: "utc" }}
      toSay={["provider", "direction", "zone"]}
      inputs={({ provider, direction, zone }, say) => (
        <>
          <ProviderInput words={text} value={provider} say={(provider) => say({ provider })} />
          <Choice label={importEn.zone} value={zone} options={zones()} say={(zone) => say({ zone })} />
          <Choice
            label={importEn.direction}
            value={direction}
            options={callsEn.directions}
            say={(direction) => say({ direction })}
          />
        </>
      )}
      rowOf={callOf}
      notes={{ blocked: note("blocked"), unscreened: note("unscreened"), off: note("off") }}
      column={{
        id: "verdict",
        header: callsEn.columns.verdict,
        value: ({ verdict }) => verdict && dialsEn.verdicts[verdict],
      }}
    />
  );
}
