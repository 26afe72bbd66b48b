/** A provider's list of what it keeps already, into the register of recordings. */
import { recordingsImportEn as text } from "../../../shared/texts/recordings/desk-import.en.ts";
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { Choice, ProviderInput, zones } from "../import/Inputs.tsx";
import { ImportLog } from "../import/Log.tsx";
import { useApi } from "../parts/api.ts";
import { Day } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";
import { type Field, headings, neededFor, type Otherwise, type Outcome, requestOf } from "./file.ts";
import { sayPurpose, sayRegion } from "./words.ts";

const purposes: Otherwise["purpose"][] = ["training", "quality", "protection", "request"];

export default function RecordingsImport() {
  return (
    <ImportLog<Field, Otherwise, Outcome>
      path="/recordings"
      back={recordingsEn.one.back}
      words={text}
      headings={headings}
      neededFor={({ store }) => (store ? neededFor(store) : [])}
      said={{ zone: "utc" }}
      toSay={["provider", "store", "direction", "announced", "purpose", "zone"]}
      inputs={(said, say) => <Rest said={said} say={say} />}
      rowOf={requestOf}
      notes={{
        due: { ...text.notes.due, is: ({ due }) => due },
        flagged: { ...text.notes.flagged, is: ({ flag }) => flag !== null },
        quarantined: { ...text.notes.quarantined, is: ({ quarantined }) => quarantined },
      }}
      column={{
        id: "eraseAfter",
        header: text.eraseAfter,
        value: ({ eraseAfter }) => eraseAfter,
        cell: ({ eraseAfter }) => eraseAfter && <Day date={eraseAfter} />,
      }}
    />
  );
}

interface RestProps {
  said: Partial<Otherwise>;
  say: (part: Partial<Otherwise>) => void;
}

function Rest({ said, say }: RestProps) {
  const { provider, store: kind, zone, direction, announced, purpose } = said;
  const stores =
    useApi<RecordingsState>("/v1/recordings/state").data?.stores.filter((s) => s.configured) ?? [];
  const store = stores.find((s) => s.kind === kind);
  return (
    <>
      <ProviderInput words={text} value={provider} say={(provider) => say({ provider })} />
      <Choice
        label={text.store}
        {...(store && { note: fill(text.storeNote, { region: sayRegion(store.region ?? "ZZ") }) })}
        value={kind}
        options={Object.fromEntries(stores.map((s) => [s.kind, recordingsEn.stores[s.kind]]))}
        say={(store) => say({ store })}
      />
      <Choice label={importEn.zone} value={zone} options={zones()} say={(zone) => say({ zone })} />
      <Choice
        label={importEn.direction}
        value={direction}
        options={recordingsEn.directions}
        say={(direction) => say({ direction })}
      />
      <Choice
        label={text.announced}
        value={announced === undefined ? undefined : announced ? "yes" : "no"}
        options={{ yes: recordingsEn.yes, no: recordingsEn.no }}
        say={(yes) => say({ announced: yes === "yes" })}
      />
      <Choice
        label={text.purpose}
        value={purpose}
        options={Object.fromEntries(purposes.map((of) => [of, sayPurpose(of)]))}
        say={(purpose) => say({ purpose })}
      />
    </>
  );
}
