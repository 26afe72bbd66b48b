/** What the browsers' own tests of the hold found: today's and yesterday's figures, and which browsers need a look. */
import { Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { CanaryState } from "../../../shared/canary/api.ts";
import { MOST_NAMED } from "../../../shared/canary/number.ts";
import { canaryEn as words } from "../../../shared/texts/canary/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { fill, plural, sayCount, texts } from "../parts/texts.ts";
import { type Column, Table } from "../tables/Table.tsx";

type Row = CanaryState["today"]["layers"][number] & { when: "today" | "yesterday"; browsers: number };

export function Canary() {
  const { data } = useApi<CanaryState>("/v1/canary");
  const [{ at }] = useFilters("at");
  const section = useRef<HTMLElement>(null);
  const shown = data !== undefined;
  useEffect(() => {
    if (at === "canary" && shown) section.current?.scrollIntoView({ block: "start" });
  }, [at, shown]);
  // The overview says why there is none; an older Worker has no such test.
  if (!data) return null;
  const rows = (["today", "yesterday"] as const).flatMap((when) =>
    data[when].layers.map((of): Row => ({ ...of, when, browsers: data[when].browsers })),
  );
  return (
    <section aria-labelledby="canary" ref={section}>
      <Title order={2} size="h3" id="canary" mb="sm">
        {words.title}
      </Title>
      <Text size="sm" c="dimmed">
        {words.lead}
      </Text>
      {rows.every(({ browsers }) => browsers === 0) ? (
        <Text size="sm">{words.none}</Text>
      ) : (
        <Table
          label={words.table}
          columns={columns}
          rows={rows}
          idOf={({ when, layer }) => `${when} ${layer}`}
          toneOf={({ passed }) => (passed > 0 ? "bad" : undefined)}
        />
      )}
      <Named
        title={words.passes}
        lines={data.passes.map((of) => fill(words.pass, { ...of, layer: words.layers[of.layer] }))}
      />
      <Named title={words.missingOf} lines={data.missing.map((of) => fill(words.browser, of))} />
    </section>
  );
}

function Named({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <Stack gap={2} mt="sm">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {lines.map((line, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- two browsers may say the same
        <Text size="sm" key={i}>
          {line}
        </Text>
      ))}
      {lines.length === MOST_NAMED && (
        <Text size="sm" c="dimmed">
          {plural(texts, words.more, MOST_NAMED)}
        </Text>
      )}
    </Stack>
  );
}

const count = (id: "browsers" | "held" | "passed" | "missing"): Column<Row> => ({
  id,
  header: words.columns[id],
  value: (row) => row[id],
  cell: (row) => sayCount(row[id]),
  align: "right",
});
const columns: Column<Row>[] = [
  { id: "day", header: words.columns.day, value: ({ when }) => words.day[when] },
  { id: "layer", header: words.columns.layer, value: ({ layer }) => words.layers[layer] },
  count("browsers"),
  count("held"),
  count("passed"),
  count("missing"),
];
