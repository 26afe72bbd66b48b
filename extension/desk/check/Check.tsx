/** Whether a number may be called, and why: by which rule, which source, looked up when. */
import { Button, Group, NativeSelect, Paper, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ExplainAnswer } from "../../../shared/check/api-explain.ts";
import { clauseAt } from "../../../shared/policy/clauses.ts";
import { checkEn as text } from "../../../shared/texts/check/desk.en.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { api } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { Form } from "../forms/Form.tsx";
import { useFilters, withQuery } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { Failed, Loading } from "../parts/QueryState.tsx";
import { Explanation } from "./Explanation.tsx";

/** All: policy may have run others on the day that is asked about. */
const kinds = clauseAt("campaigns.runs")?.options ?? [];

interface Asked {
  number: string;
  at: string;
  as: string;
  /** "" for a call. */
  medium: string;
}

export default function Check() {
  // Not a query: the Worker logs each question about the past, so it is asked only when the person asks.
  const asked = useMutation({
    mutationFn: ({ number, ...how }: Asked) =>
      api<ExplainAnswer>("GET", withQuery(`/v1/explain/${encodeURIComponent(number)}`, { ...how })),
  });
  // A link names the number: whoever followed it has asked.
  const [{ number }] = useFilters("number");
  const { mutate } = asked;
  useEffect(() => {
    if (number !== "") mutate({ number, at: "", as: "", medium: "" });
  }, [number, mutate]);
  return (
    <Page title={text.title} lead={text.lead}>
      <div className="desk-two">
        <Question key={number} named={number} ask={(what) => asked.mutate(what)} busy={asked.isPending} />
        {asked.isPending ? (
          <Loading />
        ) : asked.error ? (
          <Failed error={asked.error} />
        ) : (
          asked.data && <Explanation answer={asked.data} />
        )}
      </div>
    </Page>
  );
}

/** Beside one another notes are of unlike length: below them the fields stay in one line. */
const below: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

function Question({ named, ask, busy }: { named: string; ask: (asked: Asked) => void; busy: boolean }) {
  const [number, setNumber] = useState(named);
  const [at, setAt] = useState("");
  const [as, setAs] = useState("");
  const [medium, setMedium] = useState("");
  return (
    <Paper withBorder p="md">
      <Form send={() => ask({ number: number.trim(), at, as, medium })}>
        <Stack gap="md">
          <Group align="flex-start" gap="md">
            <TextInput
              label={text.form.number}
              description={text.form.numberNote}
              inputWrapperOrder={below}
              required
              withAsterisk={false}
              data-missing={text.form.needed}
              value={number}
              onChange={({ currentTarget }) => setNumber(currentTarget.value)}
              w={300}
            />
            <DateInput
              label={text.form.on}
              description={text.form.onNote}
              inputWrapperOrder={below}
              width={220}
              value={at}
              onChange={setAt}
            />
            <NativeSelect
              label={text.form.as}
              value={as}
              onChange={({ currentTarget }) => setAs(currentTarget.value)}
              data={[
                { value: "", label: text.form.usual },
                ...kinds.map((value) => ({ value, label: policyEn.values[value] ?? value })),
              ]}
            />
            <NativeSelect
              label={text.form.medium}
              value={medium}
              onChange={({ currentTarget }) => setMedium(currentTarget.value)}
              data={[
                { value: "", label: text.form.media.call },
                { value: "message", label: text.form.media.message },
              ]}
            />
          </Group>
          <div>
            <Button type="submit" loading={busy}>
              {text.form.go}
            </Button>
          </div>
        </Stack>
      </Form>
    </Paper>
  );
}
