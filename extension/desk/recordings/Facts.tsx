/** All fields of a recording, and the few that remain of an erased one. */
import { Anchor, Text } from "@mantine/core";
import type { Recording } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { Fact } from "../parts/Fact.tsx";
import { linkTo } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { fill, plural, texts } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { Day, sayTime, When } from "../parts/When.tsx";
import { isAhead, sayLength, sayPurpose, sayRule, sayStore } from "./format.ts";

const text = recordingsEn.one;
const { labels } = text;

export function RecordingFacts({ row }: { row: Recording }) {
  const { nameOf } = usePeople();
  const mayTrail = useMay("compliance", "admin");
  const { key } = row.storage;
  const erased = row.state === "erased";
  return (
    <dl className="desk-terms">
      {erased ? (
        <Fact label={recordingsEn.columns.state}>
          {text.erased}
          <div>
            <Anchor size="sm" href={linkTo(`/recordings/certificates/${row.id}`)}>
              {text.certificate}
            </Anchor>
          </div>
        </Fact>
      ) : (
        <>
          <Fact label={labels.startedAt}>
            <When at={row.startedAt} />
          </Fact>
          <Fact label={labels.number}>
            {row.number === null ? recordingsEn.withheld : <PhoneNumber e164={row.number} />}
          </Fact>
          <Fact label={labels.agent}>{row.agent ?? recordingsEn.nothing}</Fact>
          <Fact label={labels.direction}>{row.direction && recordingsEn.directions[row.direction]}</Fact>
          <Fact label={labels.seconds}>{sayLength(row.seconds ?? 0)}</Fact>
          <Fact label={labels.announced}>{row.announced ? recordingsEn.yes : recordingsEn.no}</Fact>
          <Fact label={labels.purpose}>{row.purpose && sayPurpose(row.purpose)}</Fact>
        </>
      )}
      <Fact label={labels.provider}>
        {row.provider}
        {row.providerId !== null && (
          <Text size="sm" c="dimmed">
            {fill(text.providerId, { id: row.providerId })}
          </Text>
        )}
      </Fact>
      <Fact label={erased ? labels.storageWas : labels.storage}>
        {sayStore(row.storage.kind, row.region)}
        {key !== null && (
          <Text size="sm" c="dimmed">
            {fill(text.key, { key })}
          </Text>
        )}
      </Fact>
      {row.bytes !== null && <Fact label={labels.size}>{sayBytes(row.bytes)}</Fact>}
      {row.sha256 !== null && (
        <Fact label={labels.sha256}>
          <code className="desk-whole">{row.sha256}</code>
        </Fact>
      )}
      <Fact label={erased ? labels.eraseAfterWas : labels.eraseAfter}>
        <Day date={row.eraseAfter} />
      </Fact>
      <Fact label={labels.rule}>
        {sayRule(row)}
        {row.why !== "" && (
          <Text size="sm" c="dimmed">
            {row.why}
          </Text>
        )}
      </Fact>
      {row.failures > 0 && (
        <Fact label={labels.failures}>
          {plural(texts, text.failed, row.failures, { error: row.error ?? "" })}{" "}
          {row.due !== null && fill(text.next, { at: sayTime(row.due) })}
        </Fact>
      )}
      {row.notBefore !== null && (
        <Fact label={labels.notBefore}>{fill(text.notBefore, { at: sayTime(row.notBefore) })}</Fact>
      )}
      {isAhead(row.waitsUntil) && (
        <Fact label={labels.waitsUntil}>{fill(text.waitsUntil, { at: sayTime(row.waitsUntil) })}</Fact>
      )}
      <Fact label={labels.registered}>
        <When at={row.at} />
        <Text size="sm" c="dimmed">
          {nameOf(row.by)}
        </Text>
        {mayTrail && (
          <Anchor size="sm" href={linkTo("/audit", { subject: row.id })}>
            {text.trail}
          </Anchor>
        )}
      </Fact>
    </dl>
  );
}

const bytes = new Intl.NumberFormat(texts.language, {
  style: "unit",
  unit: "kilobyte",
  maximumFractionDigits: 0,
});
const sayBytes = (n: number): string => bytes.format(Math.ceil(n / 1000));
