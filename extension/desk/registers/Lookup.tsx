/** A register by lookup: how its source's questions go, and for admins which source is asked, or that files are taken. */
import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Register } from "../../../shared/registers/api.ts";
import type { LookupsAnswer } from "../../../shared/lookups/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { State } from "../parts/State.tsx";
import { fill, texts } from "../parts/words.ts";

const text = listsEn.lookup;
type Source = LookupsAnswer["sources"][number];

export function ListLookup({ list, admin }: { list: Register; admin: boolean }) {
  const lookups = useApi<LookupsAnswer>("/v1/lookups");
  return (
    <State of={lookups}>
      {(data) => {
        const source = data.sources.find(({ name }) => name === list.lookup);
        const open = data.sources.filter((s) => s.configured && s.registers.includes(list.id));
        if (!source && (!admin || open.length === 0)) return null;
        return (
          <Paper withBorder p="md" component="section" aria-labelledby="lookup">
            <Stack gap="sm">
              <Title order={2} size="h4" id="lookup">
                {text.title}
              </Title>
              {source && <Figures source={source} budget={data.budget} />}
              {admin && <Turn list={list} open={open} />}
            </Stack>
          </Paper>
        );
      }}
    </State>
  );
}

const count = (n: number) => n.toLocaleString(texts.language);

function Figures({ source, budget }: { source: Source; budget: number }) {
  const { name, configured, asked, refused, failed, waiting, error } = source;
  const figures = [
    fill(text.asked, { n: count(asked), budget: count(budget) }),
    fill(text.waiting, { n: count(waiting) }),
    fill(text.failed, { n: count(failed) }),
  ];
  return (
    <>
      <Text size="sm" data-lookup>
        {figures.join(" ")}
      </Text>
      {!configured && <Alert color="red">{fill(text.unset, { source: text.sources[name] ?? name })}</Alert>}
      {refused > 0 && <Alert color="yellow">{fill(text.refused, { n: count(refused) })}</Alert>}
      {error !== null && <Alert color="yellow">{fill(text.error, { error })}</Alert>}
    </>
  );
}

function Turn({ list, open }: { list: Register; open: Source[] }) {
  const [source, setSource] = useState(list.lookup ?? "");
  const turn = useMutate<string | null, Register>(
    (to) => ({ method: "PUT", path: `/v1/lists/${list.id}/lookup`, body: { source: to } }),
    {
      touches: ["/v1/lists", "/v1/lookups"],
      done: ({ name, lookup }) =>
        lookup === undefined
          ? fill(text.byFile, { list: name })
          : fill(text.byLookup, { list: name, source: text.sources[lookup] ?? lookup }),
    },
  );
  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        label={text.choose}
        description={text.note}
        value={source}
        data={[
          { value: "", label: text.files },
          ...open.map(({ name }) => ({ value: name, label: text.sources[name] ?? name })),
        ]}
        onChange={({ currentTarget }) => setSource(currentTarget.value)}
      />
      <Button
        variant="default"
        loading={turn.isPending}
        disabled={source === (list.lookup ?? "")}
        onClick={() => turn.mutate(source === "" ? null : source)}
      >
        {text.turn}
      </Button>
    </Group>
  );
}
