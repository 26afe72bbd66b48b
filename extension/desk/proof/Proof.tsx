/** Makes a proof of a number or of the company for a period, and shows it as a sheet to print or to download. */
import { Button, Group, Paper, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { ProofDocument } from "../../../shared/proof/api.ts";
import { proofEn as text } from "../../../shared/texts/proof/desk.en.ts";
import { DAY } from "../../../shared/core/time.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { api } from "../../ui/api.ts";
import { DateInput } from "../forms/DateInput.tsx";
import { Form } from "../forms/Form.tsx";
import { useFilters, withQuery } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { Failed, Loading } from "../parts/QueryState.tsx";
import { useToday } from "../parts/useToday.ts";
import { download } from "../tables/csv.ts";
import { fileOf, ProofSheet } from "./Sheet.tsx";

type About = "number" | "company";
interface Asked {
  number?: string | undefined;
  from: string;
  to: string;
}

/** The days that the form begins with: people rarely ask about earlier ones. */
const USUAL_DAYS = 90;

export default function Proof() {
  // Not a query: the Worker logs each proof, so one is made only when the person asks.
  const made = useMutation({
    mutationFn: (asked: Asked) => api<ProofDocument>("GET", withQuery("/v1/proof", { ...asked })),
  });
  const document = made.data;
  // A link names the number, and perhaps the days: whoever followed it has asked.
  const today = useToday();
  const [asked] = useFilters("number", "from", "to");
  const { number, from = "", to = "" } = asked;
  const first = { number, from: from || usualFrom(today), to: to || today };
  const { mutate } = made;
  // Midnight makes no other proof: nobody has asked for it.
  const day = useRef(today);
  day.current = today;
  useEffect(() => {
    if (number !== "") mutate({ number, from: from || usualFrom(day.current), to: to || day.current });
  }, [number, from, to, mutate]);
  return (
    <Page
      title={text.title}
      lead={<span className="desk-unprinted">{text.lead}</span>}
      actions={
        document && (
          <Group gap="xs" className="desk-unprinted">
            <Button variant="default" onClick={() => print()}>
              {text.print}
            </Button>
            <Button
              variant="default"
              onClick={() => download(fileOf(document.proof), canonical(document), "application/json")}
            >
              {text.json}
            </Button>
          </Group>
        )
      }
    >
      <Question
        key={`${number} ${from} ${to}`}
        first={first}
        make={(asked) => made.mutate(asked)}
        busy={made.isPending}
      />
      {made.isPending ? (
        <Loading />
      ) : made.error ? (
        <Failed error={made.error} />
      ) : (
        document && <ProofSheet document={document} />
      )}
    </Page>
  );
}

const usualFrom = (today: string): string =>
  new Date(Date.parse(today) - USUAL_DAYS * DAY).toISOString().slice(0, 10);

interface QuestionProps {
  /** What it begins with. */
  first: Required<Asked>;
  make: (asked: Asked) => void;
  busy: boolean;
}

function Question({ first, make, busy }: QuestionProps) {
  const [about, setAbout] = useState<About>("number");
  const [number, setNumber] = useState(first.number ?? "");
  const [from, setFrom] = useState(first.from);
  const [to, setTo] = useState(first.to);
  const order = from > to;
  return (
    <Paper withBorder p="md" className="desk-unprinted">
      <Form send={() => make({ number: about === "number" ? number.trim() : undefined, from, to })}>
        <Stack gap="md">
          <SegmentedControl
            aria-label={text.form.about}
            value={about}
            onChange={(value) => setAbout(value)}
            data={(["number", "company"] as const).map((value) => ({
              value,
              label: text.form.abouts[value],
            }))}
            w="fit-content"
          />
          <Group align="flex-start" gap="md">
            {about === "number" && (
              <TextInput
                label={text.form.number}
                description={text.form.numberNote}
                inputWrapperOrder={["label", "input", "description", "error"]}
                required
                withAsterisk={false}
                data-missing={text.form.needed}
                value={number}
                onChange={({ currentTarget }) => setNumber(currentTarget.value)}
                w={300}
              />
            )}
            <DateInput label={text.form.from} value={from} onChange={setFrom} required />
            <DateInput
              label={text.form.to}
              value={to}
              onChange={setTo}
              required
              error={order ? text.form.order : undefined}
            />
          </Group>
          <Button type="submit" loading={busy} w="fit-content">
            {text.form.make}
          </Button>
        </Stack>
      </Form>
    </Paper>
  );
}
