/** A register by lookup: its source's figures of today. Administrators choose the source, or turn back to files. */
import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { LookupsAnswer } from "../../../shared/lookups/api.ts";
import type { Register } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { useApi, useMutate } from "../parts/api.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, sayCount } from "../parts/texts.ts";

const text = listsEn.lookup;
type Source = LookupsAnswer["sources"][number];

export function RegisterLookup({ list, admin }: { list: Register; admin: boolean }) {
  const lookups = useApi<LookupsAnswer>("/v1/lookups");
  return (
    <QueryState of={lookups}>
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
    </QueryState>
  );
}

function Figures({ source, budget }: { source: Source; budget: number }) {
  const { name, configured, asked, refused, failed, waiting, error } = source;
  const figures = [
    fill(text.asked, { n: sayCount(asked), budget: sayCount(budget) }),
    fill(text.waiting, { n: sayCount(waiting) }),
    fill(text.failed, { n: sayCount(failed) }),
  ];
  return (
    <>
      <Text size="sm" data-lookup>
        {figures.join(" ")}
      </Text>
      {!configured && <Alert color="red">{fill(text.unset, { source: text.sources[name] ?? name })}</Alert>}
      {refused > 0 && <Alert color="yellow">{fill(text.refused, { n: sayCount(refused) })}</Alert>}
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
