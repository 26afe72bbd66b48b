/** One thing that failed, in full: what was said in its own words, when it is tried next, and where it belongs. */
import { Anchor, Button, Group, Stack } from "@mantine/core";
import type { Failed, WorkKind } from "../../../shared/jobs/api.ts";
import { deskWorkEn } from "../../../shared/texts/jobs/desk-work.en.ts";
import { Dialog } from "../forms/Dialog.tsx";
import { Fact } from "../parts/Fact.tsx";
import { linkTo } from "../parts/location.ts";
import { fill, sayCount } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";
import { sayWhat, sayWhy } from "./why.ts";

const text = deskWorkEn.failed;

const linkOf = (kind: WorkKind, { id }: Failed): string =>
  ({
    erasure: linkTo(`/recordings/call/${id}`),
    mail: linkTo("/mail", { state: "failed" }),
    webhooks: linkTo("/watching/webhooks"),
    marks: linkTo(`/connectors/${id}`),
    runs: linkTo(`/connectors/${id}`),
    files: linkTo("/requests"),
    copies: linkTo("/requests"),
  })[kind];

interface ItemProps {
  kind: WorkKind;
  item: Failed;
  close: () => void;
  busy: boolean;
  again: () => void;
  leave?: () => void;
}

export const WorkItem = ({ kind, item, close, busy, again, leave }: ItemProps) => (
  <Dialog opened onClose={close} title={sayWhat(kind, item)}>
    <Stack gap="md">
      <dl className="desk-terms">
        {item.to !== null && <Fact label={text.columns.to}>{item.to}</Fact>}
        <Fact label={text.columns.why}>
          {sayWhy(kind, item)}
          {item.error !== null && <div className="desk-quiet">{fill(text.said, { error: item.error })}</div>}
        </Fact>
        <Fact label={text.columns.since}>
          <When at={item.since} />
        </Fact>
        <Fact label={text.columns.tries}>{sayCount(item.failures)}</Fact>
        <Fact label={text.columns.due}>{item.due === null ? text.never : <When at={item.due} />}</Fact>
      </dl>
      <Group justify="space-between">
        <Anchor size="sm" href={linkOf(kind, item)}>
          {text.links[kind]}
        </Anchor>
        <Group gap="xs">
          {leave && (
            <Button variant="default" c="var(--desk-bad)" loading={busy} onClick={leave}>
              {text.leave}
            </Button>
          )}
          <Button loading={busy} onClick={again}>
            {text.again}
          </Button>
        </Group>
      </Group>
    </Stack>
  </Dialog>
);
