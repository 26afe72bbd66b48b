import { expect, it } from "vitest";
import { evidenceOf } from "../../../../extension/page/guard/evidence.ts";
import { notText } from "../../../../shared/core/text.ts";

it("a record holds no half character, whatever a page or a cut leaves: the Worker would refuse it", () => {
  const record = evidenceOf({
    action: "overridden",
    written: "020 7946\0 0958\ud800",
    via: "tel:\udc00",
    assessment: { e164: "+442079460958", decision: { verdict: "blocked", reasons: [] } },
    context: null,
    override: { basis: "service", reason: `${"x".repeat(499)}😀` },
    host: "crm.example.com",
    at: Date.parse("2026-11-27T10:00:00Z"),
  });
  expect(notText(record)).toBeNull();
  expect(record).toMatchObject({
    number: "020 7946 0958",
    via: "tel:\ufffd",
    reason: `${"x".repeat(499)}\ufffd`,
  });
});
