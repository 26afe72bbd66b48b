/** Compliance says whom an objection closes: the number, the person with all their numbers, or the company. */
import { Checkbox, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type {
  ScopeAnswer,
  ScopeCandidates,
  ScopeRequest,
  Suppression,
} from "../../../shared/do-not-call/api.ts";
import { widens } from "../../../shared/do-not-call/scope.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { dncEn, scopeEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { fill, plural, texts } from "../parts/texts.ts";

const text = scopeEn;
type Scope = ScopeRequest["scope"];
type Found = ScopeCandidates["records"][number];
const scopes: readonly Scope[] = ["line", "person", "company"];
const keyOf = ({ connector, object, record }: Found) => `${connector} ${object} ${record}`;

export function DoNotCallScope({ entry, close }: { entry: Suppression; close: () => void }) {
  const path = `/v1/suppressions/${encodeURIComponent(entry.id)}/scope`;
  const { data, error } = useApi<ScopeCandidates>(path);
  const [scope, setScope] = useState<Scope>(entry.scope === "unsaid" ? "line" : entry.scope);
  const [chosen, setChosen] = useState<string[]>([]);
  const [more, setMore] = useState("");
  const [keepsLine, setKeepsLine] = useState(false);
  const [reason, setReason] = useState("");
  const saying = useMutate<ScopeRequest, ScopeAnswer>((body) => ({ method: "POST", path, body }), {
    touches: ["/v1/suppressions", "/v1/waiting"],
    quiet: true,
    done: ({ closed }) => plural(texts, text.said, closed.length),
  });
  const wide = scope !== "line";
  const numbers = more
    .split(/[\n,;]/)
    .map((number) => number.trim())
    .filter((number) => number !== "");
  const records = (data?.records ?? [])
    .filter((record) => chosen.includes(keyOf(record)))
    .map(({ connector, object, record }) => ({ connector, object, record }));
  return (
    <FormDialog
      title={fill(text.title, { number: sayNumber(entry.number) })}
      size="lg"
      close={close}
      yes={text.yes}
      ready={data !== undefined}
      sending={{ isPending: saying.isPending, error: saying.error ?? error }}
      send={() =>
        saying.mutate(
          {
            ...{ scope, reason },
            ...(wide ? { records, numbers } : {}),
            ...(scope === "person" ? { keepsLine } : {}),
          },
          { onSuccess: close },
        )
      }
    >
      <Text size="sm">{entry.reason}</Text>
      <RadioField
        label={text.whom}
        value={scope}
        options={scopes
          .filter((s) => widens(entry.scope, s))
          .map((s) => ({ value: s, label: dncEn.scopes[s], description: dncEn.scopeNotes[s] }))}
        onChange={setScope}
      />
      {wide && data && data.records.length > 0 && (
        <Checkbox.Group
          label={text.records}
          description={data.shared ? text.recordsShared : text.recordsNote}
          value={chosen}
          onChange={setChosen}
        >
          <Stack gap={6} mt={6}>
            {data.records.map((record) => (
              <Checkbox
                key={keyOf(record)}
                value={keyOf(record)}
                label={`${record.name}: ${record.object} ${record.record}`}
                description={record.numbers.map(sayNumber).join(", ")}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {wide && (
        <Textarea
          label={text.numbers}
          description={
            data && data.told.length > 0
              ? fill(text.told, { numbers: data.told.map(sayNumber).join(", ") })
              : text.numbersNote
          }
          autosize
          minRows={2}
          value={more}
          onChange={({ currentTarget }) => setMore(currentTarget.value)}
        />
      )}
      {scope === "person" && (entry.asks || entry.keepsLine) && data?.mayStayOpen && (
        <Checkbox
          label={text.keepsLine}
          description={text.keepsLineNote}
          checked={keepsLine}
          onChange={({ currentTarget }) => setKeepsLine(currentTarget.checked)}
        />
      )}
      <ReasonField label={text.reason} description={text.reasonNote} value={reason} onChange={setReason} />
    </FormDialog>
  );
}
