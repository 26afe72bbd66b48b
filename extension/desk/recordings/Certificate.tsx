/** One certificate of erasure, on screen and in print. */
import { Anchor, Button, Paper, Stack, Text } from "@mantine/core";
import { useParams } from "wouter";
import type { CertificatesAnswer, Certificate as Row } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { Fact } from "../parts/Fact.tsx";
import { linkTo, withQuery } from "../parts/location.ts";
import { useMay, useMe } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { Day, When } from "../parts/When.tsx";
import { sayRule, sayStore } from "./format.ts";

const text = recordingsEn.certificates;

export default function RecordingCertificate() {
  const { id = "" } = useParams<{ id: string }>();
  const answer = useApi<CertificatesAnswer>(withQuery("/v1/recordings/certificates", { recording: id }));
  return (
    <Page
      title={text.title}
      above={
        <Anchor size="sm" href={linkTo("/recordings/certificates")} className="desk-unprinted">
          ← {text.back}
        </Anchor>
      }
      actions={
        <Button variant="default" className="desk-unprinted" onClick={() => print()}>
          {text.print}
        </Button>
      }
    >
      <QueryState
        of={answer}
        empty={{
          when: ({ certificates }) => certificates.length === 0,
          show: <Empty title={text.missing} text={text.missingText} />,
        }}
      >
        {({ certificates: [certificate] }) => <Whole of={certificate!} />}
      </QueryState>
    </Page>
  );
}

function Whole({ of }: { of: Row }) {
  const { company } = useMe();
  const mayTrail = useMay("compliance", "admin");
  const { columns } = text;
  return (
    <Paper withBorder p="lg" maw={760}>
      <Stack gap="md">
        <Text>{of.was === "missing" ? text.saysMissing : text.says}</Text>
        <dl className="desk-terms">
          <Fact label={columns.recording}>
            <code className="desk-whole">{of.recording}</code>
          </Fact>
          {company !== "" && <Fact label={text.company}>{company}</Fact>}
          <Fact label={columns.provider}>{of.provider}</Fact>
          <Fact label={columns.storage}>{sayStore(of.storage, of.region)}</Fact>
          <Fact label={columns.rule}>{sayRule(of)}</Fact>
          {of.why !== "" && <Fact label={columns.why}>{of.why}</Fact>}
          <Fact label={columns.eraseAfter}>
            <Day date={of.eraseAfter} />
          </Fact>
          <Fact label={columns.erasedAt}>
            <When at={of.erasedAt} />
            <Text size="xs" c="dimmed">
              {of.erasedAt}
            </Text>
          </Fact>
          {of.was !== null && <Fact label={columns.was}>{text.was[of.was]}</Fact>}
          <Fact label={columns.commitment}>
            <code className="desk-whole">{of.commitment}</code>
            <Text size="xs" c="dimmed">
              {text.commitmentNote}
            </Text>
          </Fact>
        </dl>
        {mayTrail && (
          <Anchor
            size="sm"
            className="desk-unprinted"
            href={linkTo("/audit", { subject: of.recording, code: "recording." })}
          >
            {text.trail}
          </Anchor>
        )}
      </Stack>
    </Paper>
  );
}
