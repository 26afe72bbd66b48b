/** The letters' templates: the company may replace ours with its own. Shows an example, and all versions. */
import { Button, Code, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type {
  LetterTemplate,
  TemplatesAnswer,
  TemplateVersions,
} from "../../../shared/privacy-requests/api-steps.ts";
import type { LetterKind } from "../../../shared/privacy-requests/api.ts";
import {
  letterKinds,
  type LetterPlaceholder,
  placeholdersOf,
  strayPlaceholders,
} from "../../../shared/privacy-requests/letter-placeholders.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { letterWords } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";
import { confirm } from "../forms/Dialog.tsx";
import { Form } from "../forms/Form.tsx";
import { FormError } from "../forms/FormDialog.tsx";
import { useApi, useMutate } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { useFilters } from "../parts/location.ts";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { type LetterView, RequestLetterText } from "./LetterText.tsx";

const all = deskRequestsEn;
const text = all.letters;
const PATH = "/v1/requests/templates";

export function RequestsTemplates() {
  const templates = useApi<TemplatesAnswer>(PATH);
  const [{ kind: asked }, set] = useFilters("kind");
  const kind = letterKinds.find((option) => option === asked) ?? "decision";
  return (
    <>
      <Text size="sm">{text.lead}</Text>
      <QueryState of={templates}>
        {({ templates }) => (
          <>
            <NativeSelect
              label={text.kind}
              w={360}
              maw="100%"
              value={kind}
              data={templates.map(({ kind: value, own }) => {
                const name = all.one.letterKinds[value];
                return { value, label: own ? fill(text.own, { kind: name }) : name };
              })}
              onChange={({ currentTarget }) => set({ kind: currentTarget.value })}
            />
            {templates
              .filter((template) => template.kind === kind)
              .map((template) => (
                <Template key={kind} of={template} />
              ))}
          </>
        )}
      </QueryState>
    </>
  );
}

function Template({ of }: { of: LetterTemplate }) {
  const { kind, version } = of;
  /** Null until edited. Kept apart from `of`, so that somebody else's save does not overwrite the edits. */
  const [edited, setEdited] = useState<string | null>(null);
  const written = edited ?? of.text;
  const [view, setView] = useState<LetterView>("edit");
  const { mutate, error, isPending } = useMutate<string, LetterTemplate>(
    (words) => ({ method: "PUT", path: `${PATH}/${kind}`, body: { text: words, version } }),
    { touches: [PATH], quiet: true, done: text.saved },
  );
  const save = (words: string) =>
    mutate(words, {
      onSuccess() {
        setEdited(null);
        setView("edit");
      },
    });
  const stray = strayPlaceholders(kind, written);
  const wrong = stray.length === 0 ? null : fill(text.stray, { places: stray.join(" ") });
  const changed = written.trim() !== of.text;
  async function back() {
    if (await confirm({ title: text.backTitle, text: text.backText, yes: text.backYes })) save("");
  }
  return (
    <Form
      error={error}
      // What is wrong shows where it can be changed.
      send={() => (wrong !== null || written.trim() === "" ? setView("edit") : save(written))}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {of.own ? fill(text.standing, sayBy({ ...of, at: of.at ?? "" })) : text.ours}
        </Text>
        <RequestLetterText
          label={text.text}
          {...{ view, setView }}
          value={written}
          onChange={setEdited}
          error={wrong}
          maxRows={24}
          preview={<Example kind={kind} words={written} />}
        />
        <FormError error={error} />
        <Group gap="xs">
          <Button type="submit" loading={isPending} disabled={!changed}>
            {text.save}
          </Button>
          {changed && (
            <Button variant="default" onClick={() => setEdited(null)}>
              {text.undo}
            </Button>
          )}
          {of.own && (
            <Button variant="default" disabled={isPending} onClick={() => void back()}>
              {text.back}
            </Button>
          )}
        </Group>
        {view === "edit" && <Places kind={kind} />}
        {version > 0 && <Versions kind={kind} take={setEdited} />}
      </Stack>
    </Form>
  );
}

const sayBy = ({
  version,
  byName,
  at,
}: Pick<TemplateVersions["versions"][number], "version" | "byName" | "at">) => ({
  n: version,
  name: byName ?? text.somebody,
  at: sayTime(at),
});

const Places = ({ kind }: { kind: LetterKind }) => (
  <section aria-labelledby="places">
    <Title order={2} size="h5" id="places" mb={4}>
      {text.places}
    </Title>
    <dl className="desk-terms">
      {placeholdersOf[kind].map((place) => (
        <Fact key={place} label={<Code>{`{${place}}`}</Code>}>
          {letterWords.places[place]}
        </Fact>
      ))}
    </dl>
  </section>
);

/** The template filled in with an example, under the company's own name. */
function Example({ kind, words }: { kind: LetterKind; words: string }) {
  const policy = useApi<PolicyAnswer>("/v1/policy");
  return (
    <QueryState of={policy}>
      {({ policy }) => (
        <Paper withBorder p="md" className="desk-letter" data-preview>
          {fill(words, exampleOf(kind, policy))}
        </Paper>
      )}
    </QueryState>
  );
}

function exampleOf(kind: LetterKind, policy: Policy): Record<LetterPlaceholder, string> {
  const { example } = letterWords;
  const { company, address, freephone } = policy.identity;
  const refused = plural(texts, letterWords.kinds.recording, 1);
  const ground = requestsEn.grounds["legal-obligation"];
  return {
    ...example,
    company: company || requestsEn.nameless,
    contact: [address, freephone].filter(Boolean).join("\n"),
    what: letterWords.what[kind === "recipient" ? "erasure" : "access"],
    proof: plural(texts, policyEn.days, policy.requests.proofKeptDays),
    waits: fill(letterWords.waits[policy.requests.pauses], example),
    promise: fill(letterWords.promise, {
      progress: plural(texts, policyEn.days, policy.requests.progressDays),
      outcome: plural(texts, policyEn.days, policy.requests.outcomeDays),
    }),
    decided: [
      fill(letterWords.complied["access"] ?? "", { copy: letterWords.copy.mail }),
      [fill(letterWords.partial, { parts: refused, ground }), example.reasons].join("\n"),
    ].join("\n\n"),
    part: letterWords.part["partial"] ?? "",
    refused: [refused, ground, example.reasons].join("\n"),
  };
}

function Versions({ kind, take }: { kind: LetterKind; take: (words: string) => void }) {
  const versions = useApi<TemplateVersions>(`${PATH}/${kind}/versions`);
  return (
    <section aria-labelledby="versions">
      <Title order={2} size="h5" id="versions" mb={4}>
        {text.versions}
      </Title>
      <QueryState of={versions}>
        {({ versions }) => (
          <Stack gap={4}>
            {versions.map((version) =>
              version.text === "" ? (
                <Text size="sm" key={version.version}>
                  {fill(text.versionOurs, sayBy(version))}
                </Text>
              ) : (
                <details key={version.version} className="desk-details">
                  <summary>{fill(text.version, sayBy(version))}</summary>
                  <div className="desk-letter">{version.text}</div>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={fill(text.takeLabel, { n: version.version })}
                    onClick={() => take(version.text)}
                  >
                    {text.take}
                  </Button>
                </details>
              ),
            )}
          </Stack>
        )}
      </QueryState>
    </section>
  );
}
