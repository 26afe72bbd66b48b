/** Imports a provider's list of the recordings that it keeps. */
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { importEn } from "../../../shared/texts/desk-import.en.ts";
import { recordingsImportEn as text } from "../../../shared/texts/recordings/desk-import.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { Choice, ProviderInput, zones } from "../import/Inputs.tsx";
import { ImportLog } from "../import/Log.tsx";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { Day } from "../parts/When.tsx";
import { sayPurpose, sayRegion } from "./format.ts";
import {
  chunkOf,
  type Defaults,
  type Field,
  headings,
  neededFor,
  type Outcome,
  requestOf,
} from "./import-file.ts";

const purposes: Defaults["purpose"][] = ["training", "quality", "protection", "request"];

export default function RecordingsImport() {
  return (
    <ImportLog<Field, Defaults, Outcome>
      path="/recordings"
      back={recordingsEn.one.back}
      words={text}
      headings={headings}
      neededFor={({ store }) => (store ? neededFor(store) : [])}
      defaults={{ zone: "utc" }}
      needed={["provider", "store", "direction", "announced", "purpose", "zone"]}
      inputs={(rest, set) => <Rest rest={rest} set={set} />}
      rowOf={requestOf}
      chunkOf={({ store }) => chunkOf(store)}
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
  rest: Partial<Defaults>;
  set: (part: Partial<Defaults>) => void;
}

function Rest({ rest, set }: RestProps) {
  const { provider, store: kind, zone, direction, announced, purpose } = rest;
  const stores =
    useApi<RecordingsState>("/v1/recordings/state").data?.stores.filter((s) => s.configured) ?? [];
  const store = stores.find((s) => s.kind === kind);
  return (
    <>
      <ProviderInput words={text} value={provider} set={(provider) => set({ provider })} />
      <Choice
        label={text.store}
        {...(store && { note: fill(text.storeNote, { region: sayRegion(store.region ?? "ZZ") }) })}
        value={kind}
        options={Object.fromEntries(stores.map((s) => [s.kind, recordingsEn.stores[s.kind]]))}
        set={(store) => set({ store })}
      />
      <Choice label={importEn.zone} value={zone} options={zones()} set={(zone) => set({ zone })} />
      <Choice
        label={importEn.direction}
        value={direction}
        options={recordingsEn.directions}
        set={(direction) => set({ direction })}
      />
      <Choice
        label={text.announced}
        value={announced === undefined ? undefined : announced ? "yes" : "no"}
        options={{ yes: recordingsEn.yes, no: recordingsEn.no }}
        set={(yes) => set({ announced: yes === "yes" })}
      />
      <Choice
        label={text.purpose}
        value={purpose}
        options={Object.fromEntries(purposes.map((of) => [of, sayPurpose(of)]))}
        set={(purpose) => set({ purpose })}
      />
    </>
  );
}
