/** What the requester's copy goes by besides the findings: names of other people, and other requests that are the same person's. */
import { Button, Checkbox, Group, List, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type {
  RequestAnswer,
  RequestsAnswer,
  RequestSummary,
} from "../../../../shared/privacy-requests/api.ts";
import type { NamesAnswer } from "../../../../shared/privacy-requests/api-names.ts";
import { namesEn } from "../../../../shared/texts/privacy-requests/names.en.ts";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";
import { ReasonField } from "../../forms/fields.tsx";
import { Form } from "../../forms/Form.tsx";
import { FormError } from "../../forms/FormDialog.tsx";
import { useApi, useMutate } from "../../parts/api.ts";
import { withQuery } from "../../parts/location.ts";
import { fill, plural, sayDate, texts } from "../../parts/texts.ts";
import { useStep } from "../step.ts";
import { sameNow } from "./same.ts";

const all = deskRequestsEn;
const text = namesEn;

type Events = RequestAnswer["events"];
/** What the newest note said of it: nothing unless one did. */
const noted = (events: Events, of: "same" | "others"): string[] =>
  events
    .filter(({ action }) => action === "note")
    .map(({ detail }) => (detail as Partial<Record<typeof of, string[]>> | null)?.[of])
    .findLast((said) => said !== undefined) ?? [];

const linesOf = (written: string): string[] =>
  written
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function RequestInCopy({ request: row, events }: Pick<RequestAnswer, "request" | "events">) {
  const [written, setWritten] = useState(noted(events, "others").join("\n"));
  const [same, setSame] = useState<readonly string[]>(noted(events, "same"));
  const [anyway, setAnyway] = useState(false);
  const [reason, setReason] = useState("");
  const step = useStep(row, true);
  const look = useMutate<string[], NamesAnswer>(
    (others) => ({
      ...{ method: "POST", path: `/v1/requests/${encodeURIComponent(row.id)}/names`, body: { others } },
      patienceMs: 60_000,
    }),
    { touches: [], quiet: true },
  );
  const onNumber = useApi<RequestsAnswer>(
    row.number === null ? null : withQuery("/v1/requests", { show: "all", number: row.number, limit: 200 }),
  );
  const isOfAddress = ({ email }: RequestSummary): boolean =>
    row.emailProved && email?.toLowerCase() === row.email?.toLowerCase();
  // Another address that was confirmed tells by itself that a request is somebody else's.
  const others = (onNumber.data?.requests ?? []).filter(
    (one) => one.id !== row.id && (!one.emailProved || isOfAddress(one)),
  );
  const names = linesOf(written);
  function save() {
    const said = {
      ...{ text: reason.trim(), others: names, ...(anyway && { anyway }) },
      ...(onNumber.data && sameNow(others, noted(events, "same"), same)),
    };
    step.mutate({ path: "note", body: said }, { onSuccess: () => setReason("") });
  }
  return (
    <Form send={save} error={step.error}>
      <Stack gap="md" maw={640}>
        <Textarea
          label={text.names}
          description={text.namesNote}
          autosize
          minRows={2}
          value={written}
          onChange={({ currentTarget }) => {
            setWritten(currentTarget.value);
            setAnyway(false);
            look.reset();
          }}
        />
        {names.length > 0 && (
          <Group>
            <Button variant="default" size="xs" loading={look.isPending} onClick={() => look.mutate(names)}>
              {text.look}
            </Button>
          </Group>
        )}
        <FormError error={look.error} />
        {look.data && (
          <List size="sm" aria-label={text.found} role="list">
            {look.data.names.map(({ name, places, refused }) => (
              <List.Item key={name}>
                {fill(text.line, { name, places: plural(texts, text.places, places) })}
                {refused !== null && (
                  <Text span size="sm" c="var(--desk-bad)">
                    {" "}
                    {text.refused[refused]}
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
        )}
        {names.length > 0 &&
          (anyway || step.error || look.data?.names.some(({ refused }) => refused === "own")) && (
            <Checkbox
              label={text.anyway}
              checked={anyway}
              onChange={({ currentTarget }) => setAnyway(currentTarget.checked)}
            />
          )}
        {others.length > 0 && (
          <Checkbox.Group label={text.same} description={text.sameNote} value={[...same]} onChange={setSame}>
            <Stack gap={6} mt={6}>
              {others.map(({ id, reference, kind, name, receivedOn }) => (
                <Checkbox
                  key={id}
                  value={id}
                  label={fill(text.other, {
                    ...{ reference, name, kind: all.kinds[kind], date: sayDate(texts, receivedOn) },
                  })}
                />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <ReasonField label={text.reason} description={all.timelineNote} value={reason} onChange={setReason} />
        <FormError error={step.error} />
        <Group>
          <Button type="submit" loading={step.isPending}>
            {text.save}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
