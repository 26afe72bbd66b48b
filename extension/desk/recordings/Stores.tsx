/** The stores that audio can be in, and whether policy allows each one's region. The set-up gives the region, not the sender. */
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { sayRegion } from "./format.ts";

const text = recordingsEn.storeList;
type Store = RecordingsState["stores"][number];

const stateOf = ({ configured, allowed }: Store): keyof typeof text.states =>
  !configured ? "none" : allowed ? "allowed" : "outside";
const tones: Record<keyof typeof text.states, Tone> = { none: "plain", allowed: "good", outside: "bad" };

const columns: Column<Store>[] = [
  { id: "store", header: text.columns.store, value: (s) => recordingsEn.stores[s.kind] },
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
      {({ stores }) => (
        <Table label={text.label} columns={columns} rows={stores} idOf={(store) => store.kind} />
      )}
    </QueryState>
  );
}
