/** All steps of a request, the newest last, with what people wrote about each. */
import { Table as Plain, Text } from "@mantine/core";
import type { RequestAnswer } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { fill } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";
import { PlainTable } from "../tables/PlainTable.tsx";

const all = deskRequestsEn;
const text = all.one;
type Event = RequestAnswer["events"][number];

/** What a person wrote. The page shows the event's other details elsewhere. */
function said({ detail }: Event): string {
  const {
    text: note,
    reason,
    how,
    outcome,
    rejected,
    silenced,
    unread,
    parts,
  } = (detail ?? {}) as Record<string, unknown>;
  const how_ = typeof how === "string" && how in text.hows ? text.hows[how as keyof typeof text.hows] : how;
  const out = typeof rejected === "number" && fill(text.rejected, { n: rejected });
  const silent = typeof silenced === "number" && fill(text.silencedFor, { n: silenced });
  const lacking = Array.isArray(unread) && fill(text.unread, { months: unread.join(", ") });
  const files = typeof parts === "number" && fill(text.inParts, { n: parts });
  return [out, files, silent, lacking, note, reason, how_, outcome]
    .filter((part) => typeof part === "string")
    .join(". ");
}

function by({ by, byName }: Event): string {
  if (by === "requester" || by === "public") return text.byRequester;
  return byName ?? text.bySystem;
}

export const RequestTimeline = ({ events }: { events: Event[] }) => (
  <div className="desk-scroll" role="region" aria-label={text.timelineLabel} tabIndex={0}>
    <PlainTable
      caption={text.timeline}
      headings={[
        text.timelineCaption.at,
        text.timelineCaption.what,
        text.timelineCaption.by,
        text.timelineCaption.state,
      ]}
    >
      <Plain.Tbody>
        {events.map((event, i) => (
          <Plain.Tr key={i}>
            <Plain.Td>
              <When at={event.at} />
            </Plain.Td>
            <Plain.Td>
              {all.events[event.action] ?? event.action}
              <Text size="sm" c="dimmed">
                {said(event)}
              </Text>
            </Plain.Td>
            <Plain.Td>{by(event)}</Plain.Td>
            <Plain.Td>{all.states[event.state]}</Plain.Td>
          </Plain.Tr>
        ))}
      </Plain.Tbody>
    </PlainTable>
  </div>
);
