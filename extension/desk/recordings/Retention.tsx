/**
 * Policy now keeps recordings longer: are existing recordings kept longer too? Only if an administrator says so. The desk
 * asks right after the save of the policy, and then on the tab of erasures until it is answered.
 */
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { RetentionQuestion } from "../../../shared/recordings/api.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { RadioField, ReasonField } from "../forms/fields.tsx";
import { Form } from "../forms/Form.tsx";
import { FormError } from "../forms/FormDialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { useMay } from "../parts/me.ts";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";

const text = recordingsEn.longer;
const PATH = "/v1/recordings/retention";

/** The question while it is open. */
function useQuestion(): RetentionQuestion | undefined {
  const { data } = useApi<RetentionQuestion>(PATH);
  return data?.asks ? data : undefined;
}

/** On the tab of erasures. */
export function RecordingsRetentionNotice() {
  const question = useQuestion();
  if (!question) return null;
  return (
    <Paper withBorder component="section" p="md" aria-labelledby="longer">
      <Title order={2} size="h3" id="longer" mb="sm">
        {text.title}
      </Title>
      <Asked question={question} />
    </Paper>
  );
}

/** After a save of the policy. */
export function RecordingsRetentionDialog({ close }: { close: () => void }) {
  const question = useQuestion();
  if (!question) return null;
  return (
    <Dialog opened onClose={close} title={text.title}>
      <Asked question={question} later={close} />
    </Dialog>
  );
}

type Span = RetentionQuestion["now"];
const saySpan = (span: Span): string =>
  span === null
    ? ""
    : fill(span.first === span.last ? text.day : text.span, {
        first: sayDate(texts, span.first),
        last: sayDate(texts, span.last),
      });

function Asked({ question, later }: { question: RetentionQuestion; later?: () => void }) {
  const may = useMay("admin");
  const { people } = usePeople();
  const { months, now, then, sooner } = question;
  const admins = people.filter(({ role, active }) => role === "admin" && active).map(({ name }) => name);
  return (
    <Stack gap="md">
      <Text size="sm">
        {plural(texts, text.text, question.later, {
          months: plural(texts, policyEn.months, months),
          now: saySpan(now),
          then: saySpan(then),
        })}{" "}
        {sooner > 0 && plural(texts, text.sooner, sooner)}
      </Text>
      {may ? (
        <Answer months={months} {...(later ? { later } : {})} />
      ) : (
        <Text size="sm" fw={600}>
          {fill(text.who, { names: new Intl.ListFormat("en-GB", { type: "disjunction" }).format(admins) })}
        </Text>
      )}
    </Stack>
  );
}

function Answer({ months, later }: { months: number; later?: () => void }) {
  const [follow, setFollow] = useState(false);
  const [why, setWhy] = useState("");
  const { mutate, error, isPending } = useMutate<null, { changed?: number }>(
    () => ({
      method: "POST",
      path: follow ? PATH : `${PATH}/stay`,
      body: { months, why: why.trim(), ...(follow ? { dryRun: false, lengthen: true } : {}) },
    }),
    {
      touches: ["/v1/recordings", "/v1/policy"],
      quiet: true,
      done: ({ changed }) => (changed === undefined ? text.stayed : plural(texts, text.followed, changed)),
    },
  );
  return (
    <Form send={() => mutate(null)} error={error}>
      <Stack gap="md">
        <RadioField
          label={text.answer}
          value={follow ? "follow" : "stay"}
          options={[
            { value: "stay", label: text.stay, description: text.stayNote },
            { value: "follow", label: text.follow, description: text.followNote },
          ]}
          onChange={(value) => setFollow(value === "follow")}
        />
        <ReasonField label={text.reason} description={text.reasonNote} value={why} onChange={setWhy} />
        <FormError error={error} />
        <Group justify="flex-end" gap="xs">
          {later && (
            <Button variant="default" onClick={later}>
              {text.later}
            </Button>
          )}
          <Button type="submit" loading={isPending}>
            {text.save}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
