/**
 * The stores that audio can be in, the buckets of requests' files, copies and the archive, and whether policy allows each one's
 * region. The set-up gives the region, not the sender.
 */
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { sayRegion } from "./format.ts";

const text = recordingsEn.storeList;
type Store = RecordingsState["stores"][number];
type Place = NonNullable<RecordingsState["places"]>[number];
/** A store of recordings, or the bucket of something else. */
type Row = Omit<Store, "kind"> & { id: string; name: string };

const rowOf = (store: Store): Row => ({ ...store, id: store.kind, name: recordingsEn.stores[store.kind] });
const rowOfPlace = ({ purpose, kind, ...place }: Place): Row => ({
  ...place,
  id: purpose,
  configured: kind !== null,
  name:
    kind === null
      ? recordingsEn.places[purpose]
      : fill(recordingsEn.placeIn, { place: recordingsEn.places[purpose], store: recordingsEn.stores[kind] }),
});

const stateOf = ({ configured, allowed }: Row): keyof typeof text.states =>
  !configured ? "none" : allowed ? "allowed" : "outside";
const tones: Record<keyof typeof text.states, Tone> = { none: "plain", allowed: "good", outside: "bad" };

const columns: Column<Row>[] = [
  { id: "store", header: text.columns.store, value: (s) => s.name },
  {
    id: "state",
    header: text.columns.state,
    value: (s) => text.states[stateOf(s)],
    cell: (s) => <Tag tone={tones[stateOf(s)]}>{text.states[stateOf(s)]}</Tag>,
  },
  {
    id: "region",
    header: text.columns.region,
    value: (s) => (s.configured ? sayRegion(s.region ?? "ZZ") : null),
  },
  { id: "text", header: text.columns.text, value: (s) => s.text },
];

export function RecordingsStores() {
  const state = useApi<RecordingsState>("/v1/recordings/state");
  return (
    <QueryState of={state}>
      {({ stores, places = [] }) => (
        <Table
          label={text.label}
          columns={columns}
          rows={[...stores.map(rowOf), ...places.map(rowOfPlace)]}
          idOf={({ id }) => id}
        />
      )}
    </QueryState>
  );
}
