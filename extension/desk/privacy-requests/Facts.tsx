/** What a request says, its outcome, and its two clocks: the policy's and the law's. */
import { Alert, Text } from "@mantine/core";
import { daysBetween } from "../../../shared/core/calendar.ts";
import type { RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskDutiesEn } from "../../../shared/texts/privacy-requests/desk-duties.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { Fact } from "../parts/Fact.tsx";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { useToday } from "../parts/useToday.ts";
import { Day, When } from "../parts/When.tsx";
import { sayDaysLeft } from "./format.tsx";

const all = deskRequestsEn;
const text = all.one;
const { labels } = text;

interface ClocksProps extends Pick<RequestSummary, "unsent"> {
  clocks: NonNullable<RequestSummary["clocks"]>;
}
export function RequestClocks({ clocks, unsent }: ClocksProps) {
  const today = useToday();
  const { policyBy, lawBy, decideBy, paused } = clocks;
  const clock = (by: string) => (
    <>
      <Day date={by} /> <span className="desk-quiet">({sayDaysLeft(daysBetween(today, by))})</span>{" "}
      {by === decideBy && policyBy !== lawBy && !paused && <Tag>{text.counts}</Tag>}
    </>
  );
  return (
    <>
      <dl className="desk-terms">
        <Fact label={text.policy}>{clock(policyBy)}</Fact>
        <Fact label={text.law}>{lawBy === null ? text.lawWaits : clock(lawBy)}</Fact>
      </dl>
      {unsent.map(({ letter, mail }) => (
        <Alert key={letter} color={mail === "failed" ? "red" : "blue"} mt="sm">
          {fill(deskDutiesEn.unsent[mail], { letter: text.letterKinds[letter] })}
        </Alert>
      ))}
      {paused && (
        <Alert color="blue" mt="sm">
          {text.paused}
        </Alert>
      )}
    </>
  );
}

export function RequestFacts({ row }: { row: RequestSummary }) {
  const { nameOf } = usePeople();
  const { callDate, callTime, ground } = row;
  return (
    <dl className="desk-terms">
      <Fact label={labels.name}>{row.name}</Fact>
      {row.number !== null && (
        <Fact label={labels.number}>
          <PhoneNumber e164={row.number} />
        </Fact>
      )}
      {row.email !== null && (
        <Fact label={labels.email}>
          {row.email}
          <Text size="sm" c="dimmed">
            {row.emailProved ? text.proved : text.unproved}
          </Text>
        </Fact>
      )}
      {row.address !== "" && (
        <Fact label={labels.address}>
          <span className="desk-lines">{row.address}</span>
        </Fact>
      )}
      {callDate !== null && (
        <Fact label={labels.call}>
          <Day date={callDate} /> {callTime !== null && fill(text.around, { time: callTime })}
        </Fact>
      )}
      {row.narrowed !== null && (
        <Fact label={labels.narrowed}>
          <span className="desk-lines">{row.narrowed === "form" ? text.narrowedForm : row.narrowed}</span>
        </Fact>
      )}
      {row.text !== "" && (
        <Fact label={labels.text}>
          <span className="desk-lines">{row.text}</span>
        </Fact>
      )}
      <Fact label={labels.received}>
        <Day date={row.receivedOn} />, {all.channels[row.channel]}
      </Fact>
      <Fact label={labels.by}>{row.by === "public" ? text.public : nameOf(row.by)}</Fact>
      {row.identity !== null && <Fact label={labels.identity}>{row.identity}</Fact>}
      {row.writing !== null && <Fact label={labels.writing}>{row.writing}</Fact>}
      {row.extendedOn !== null && (
        <Fact label={labels.extended}>
          <Day date={row.extendedOn} />
        </Fact>
      )}
      {row.decision !== null && (
        <Fact label={labels.decision}>
          {text.decisions[row.decision]}
          {row.decidedOn !== null && (
            <>
              , <Day date={row.decidedOn} />
            </>
          )}
        </Fact>
      )}
      {ground !== null && <Fact label={labels.ground}>{row.other ?? all.deny.grounds[ground]}</Fact>}
      {row.reasons !== null && (
        <Fact label={labels.reasons}>
          <span className="desk-lines">{row.reasons}</span>
        </Fact>
      )}
      {row.toldAt !== null && (
        <Fact label={labels.told}>
          <When at={row.toldAt} />
        </Fact>
      )}
      {row.noticedAt !== null && (
        <Fact label={labels.noticed}>
          <When at={row.noticedAt} />
        </Fact>
      )}
      {row.outcome !== null && (
        <Fact label={labels.outcome}>{text.outcomes[row.outcome] ?? row.outcome}</Fact>
      )}
      {row.closedAt !== null && (
        <Fact label={labels.closed}>
          <When at={row.closedAt} />
        </Fact>
      )}
    </dl>
  );
}
