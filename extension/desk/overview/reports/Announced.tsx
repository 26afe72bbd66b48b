/** Draws recordings that are said to be announced, plays the beginning of each, and takes what the officer heard. */
import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Drawn, DrawsAnswer } from "../../../../shared/overview/api-announced.ts";
import type { PolicyAnswer } from "../../../../shared/policy/api.ts";
import { DAY } from "../../../../shared/core/time.ts";
import { announcedEn as text } from "../../../../shared/texts/overview/reports-desk.en.ts";
import { policyEn } from "../../../../shared/texts/policy/clauses.en.ts";
import { fetchFile } from "../../../ui/api.ts";
import { DateInput } from "../../forms/DateInput.tsx";
import { Form } from "../../forms/Form.tsx";
import { useApi, useMutate } from "../../parts/api.ts";
import { Failed, QueryState } from "../../parts/QueryState.tsx";
import { fill, sayCount } from "../../parts/texts.ts";
import { useToday } from "../../parts/useToday.ts";
import { Day } from "../../parts/When.tsx";
import { RecordingPlayer } from "../../recordings/Player.tsx";

/** Days of a draw where the officer chooses none. */
const USUAL = 7;
const counts = ["3", "5", "10", "20"] as const;
const touches = ["/v1/announced", "/v1/reports/announced"];
const heards = ["yes", "no", "unclear"] as const;

export function AnnouncedDraw() {
  const draws = useApi<DrawsAnswer>("/v1/announced");
  return (
    <>
      <DrawForm />
      <QueryState of={draws}>
        {({ drawn }) => <Waiting of={drawn.filter(({ kept, heard }) => kept && heard === null)} />}
      </QueryState>
    </>
  );
}

function DrawForm() {
  const today = useToday();
  const [from, setFrom] = useState(
    new Date(Date.parse(today) - (USUAL - 1) * DAY).toISOString().slice(0, 10),
  );
  const [to, setTo] = useState(today);
  const [count, setCount] = useState<string>("5");
  const order = from > to;
  const draw = useMutate<{ from: string; to: string; count: number }, DrawsAnswer>(
    (body) => ({ method: "POST", path: "/v1/announced/draws", body }),
    {
      touches,
      done: ({ drawn }) => (drawn.length === 0 ? text.none : fill(text.drew, { n: sayCount(drawn.length) })),
    },
  );
  return (
    <Paper withBorder p="md" className="desk-unprinted">
      <Form send={() => draw.mutate({ from, to, count: Number(count) })}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {text.lead}
          </Text>
          <Group align="flex-start" gap="sm">
            <DateInput label={text.from} value={from} onChange={setFrom} required />
            <DateInput
              label={text.to}
              value={to}
              onChange={setTo}
              required
              error={order ? text.order : undefined}
            />
            <NativeSelect
              label={text.count}
              value={count}
              data={[...counts]}
              onChange={({ currentTarget }) => setCount(currentTarget.value)}
            />
            <Button type="submit" loading={draw.isPending} className="desk-beside">
              {text.draw}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Paper>
  );
}

function Waiting({ of }: { of: readonly Drawn[] }) {
  const policy = useApi<PolicyAnswer>("/v1/policy");
  if (of.length === 0) return null;
  return (
    <section aria-labelledby="waiting" className="desk-unprinted">
      <Title order={2} size="h4" id="waiting" mb="xs">
        {text.waiting}
      </Title>
      <QueryState of={policy}>
        {({ policy: { recording } }) => (
          <Stack gap="sm">
            {of.map((one) => (
              <Hearing key={one.id} one={one} purposes={recording.purposes} />
            ))}
          </Stack>
        )}
      </QueryState>
    </section>
  );
}

function Hearing({ one, purposes }: { one: Drawn; purposes: readonly string[] }) {
  const [purpose, setPurpose] = useState(purposes[0] ?? "");
  const [audio, setAudio] = useState<Blob | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [opening, setOpening] = useState(false);
  const open = useRef(true);
  useEffect(() => () => void (open.current = false), []);
  const say = useMutate<(typeof heards)[number]>(
    (heard) => ({ method: "POST", path: `/v1/announced/${one.id}/heard`, body: { heard } }),
    { touches, done: text.said },
  );
  async function hear() {
    setError(null);
    setOpening(true);
    try {
      const file = await fetchFile(`/v1/announced/${one.id}/audio?purpose=${purpose}`);
      if (open.current) setAudio(file);
    } catch (failure) {
      setError(failure);
    }
    setOpening(false);
  }
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Text fw={600}>
          {text.call} <Day date={one.began} />
        </Text>
        {error !== null && <Failed error={error} />}
        {audio === null ? (
          <Form send={() => void hear()}>
            <Group align="flex-start" gap="sm">
              <NativeSelect
                label={text.purpose}
                value={purpose}
                data={purposes.map((value) => ({ value, label: policyEn.values[value] ?? value }))}
                onChange={({ currentTarget }) => setPurpose(currentTarget.value)}
              />
              <Button type="submit" loading={opening} className="desk-beside">
                {text.hear}
              </Button>
            </Group>
          </Form>
        ) : (
          <>
            <RecordingPlayer audio={audio} seconds={0} />
            <Text size="sm">{text.question}</Text>
            <Group gap="sm">
              {heards.map((heard) => (
                <Button
                  key={heard}
                  variant="default"
                  disabled={say.isPending}
                  onClick={() => say.mutate(heard)}
                >
                  {text.heards[heard]}
                </Button>
              ))}
            </Group>
          </>
        )}
      </Stack>
    </Paper>
  );
}
