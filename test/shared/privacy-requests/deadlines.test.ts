import { describe, expect, it } from "vitest";
import { clocksOf, type Course, median, reminderAt } from "../../../shared/privacy-requests/deadlines.ts";
import { acknowledgeBy } from "../../../shared/privacy-requests/duties.ts";
import { dayOf, daysBetween } from "../../../shared/core/calendar.ts";

const course = (receivedOn: string, own: Partial<Course> = {}): Course => ({
  receivedOn,
  days: 30,
  pauses: "law",
  askedOn: null,
  clarifyOn: null,
  proofOn: null,
  pausedDays: 0,
  clarifiedDays: 0,
  extended: false,
  ...own,
});
const by = (receivedOn: string, own: Partial<Course> = {}, today = receivedOn) => {
  const { policyBy, lawBy, decideBy } = clocksOf(course(receivedOn, own), today);
  return [policyBy, lawBy, decideBy];
};

describe("the earlier of 30 days and one calendar month", () => {
  it("over month ends and in leap years", () => {
    expect(by("2026-01-30")).toEqual(["2026-03-01", "2026-02-28", "2026-02-28"]);
    expect(by("2028-01-31")).toEqual(["2028-03-01", "2028-02-29", "2028-02-29"]);
    expect(by("2028-02-29")).toEqual(["2028-03-30", "2028-03-29", "2028-03-29"]);
    expect(by("2026-02-28")).toEqual(["2026-03-30", "2026-03-28", "2026-03-28"]);
    expect(by("2026-03-31")).toEqual(["2026-04-30", "2026-04-30", "2026-04-30"]);
    expect(by("2026-07-31")).toEqual(["2026-08-30", "2026-08-31", "2026-08-30"]);
    expect(by("2026-12-31")).toEqual(["2027-01-30", "2027-01-31", "2027-01-30"]);
  });
  it("policy's days may be fewer", () => {
    expect(by("2026-11-25", { days: 14 })).toEqual(["2026-12-09", "2026-12-25", "2026-12-09"]);
  });
  it("the day is that of the policy's zone: the same moment is Monday in London and Tuesday in Auckland", () => {
    const moment = Date.parse("2026-06-29T22:30:00Z");
    expect(dayOf(moment, "Europe/London")).toBe("2026-06-29");
    expect(dayOf(Date.parse("2026-06-29T23:30:00Z"), "Europe/London")).toBe("2026-06-30"); // summer time
    expect(dayOf(moment, "Pacific/Auckland")).toBe("2026-06-30");
    expect(dayOf(Date.parse("2026-11-29T23:30:00Z"), "Europe/London")).toBe("2026-11-29");
  });
});

describe("the pause for identity", () => {
  it("policy's days stand still, the law's month has not begun", () => {
    const asked = course("2026-03-02", { askedOn: "2026-03-05" });
    for (const [today, policyBy] of [
      ["2026-03-05", "2026-04-01"],
      ["2026-03-20", "2026-04-16"],
    ] as const) {
      const clocks = clocksOf(asked, today);
      expect(clocks).toMatchObject({ policyBy, lawBy: null, decideBy: policyBy, daysLeft: 27, paused: true });
    }
  });
  it("the proof begins the month, and the days go on; a second pause adds to the first", () => {
    expect(by("2026-03-02", { proofOn: "2026-03-20", pausedDays: 15 })).toEqual([
      "2026-04-16",
      "2026-04-20",
      "2026-04-16",
    ]);
    expect(
      by("2026-03-02", { proofOn: "2026-03-20", pausedDays: 15, askedOn: "2026-03-22" }, "2026-03-25"),
    ).toEqual(["2026-04-19", null, "2026-04-19"]);
  });
  it("identity that was clear after all leaves the law's month where it was", () => {
    expect(by("2026-03-02", { pausedDays: 20 })).toEqual(["2026-04-21", "2026-04-02", "2026-04-02"]);
  });
});

describe("a clarification", () => {
  it("its days count for neither clock", () => {
    expect(by("2026-03-02", { clarifyOn: "2026-03-05" }, "2026-03-15")).toEqual([
      "2026-04-11",
      "2026-04-12",
      "2026-04-11",
    ]);
    expect(by("2026-03-02", { pausedDays: 10, clarifiedDays: 10 })).toEqual([
      "2026-04-11",
      "2026-04-12",
      "2026-04-11",
    ]);
  });
  it("moves the end of the first month too", () => {
    const clocks = clocksOf(course("2026-03-02", { pausedDays: 10, clarifiedDays: 10 }), "2026-03-20");
    expect(clocks.firstMonthBy).toBe("2026-04-12");
  });
  it("while proof is awaited, the month has not begun", () => {
    const asked = { askedOn: "2026-03-05", clarifyOn: "2026-03-07" };
    expect(by("2026-03-02", asked, "2026-03-15")).toEqual(["2026-04-11", null, "2026-04-11"]);
  });
});

it("where policy has no pauses, nothing pauses: the promise counts from receipt", () => {
  for (const own of [
    { askedOn: "2026-03-05" },
    { clarifyOn: "2026-03-05" },
    { proofOn: "2026-03-20", pausedDays: 15, clarifiedDays: 3 },
  ]) {
    const clocks = clocksOf(course("2026-03-02", { ...own, pauses: "none" }), "2026-03-25");
    expect(clocks).toMatchObject({
      paused: false,
      policyBy: "2026-04-01",
      lawBy: "2026-04-02",
      decideBy: "2026-04-01",
      firstMonthBy: "2026-04-02",
    });
  }
});

describe("an extension", () => {
  it("two further months, counted from the beginning", () => {
    expect(by("2026-01-30", { extended: true })).toEqual(["2026-05-01", "2026-04-30", "2026-04-30"]);
    expect(by("2027-11-30", { extended: true })).toEqual(["2028-02-29", "2028-02-29", "2028-02-29"]);
  });
  it("can be said within the first month", () => {
    expect(clocksOf(course("2026-01-31"), "2026-02-01").firstMonthBy).toBe("2026-02-28");
    expect(clocksOf(course("2026-01-31", { proofOn: "2026-02-10" }), "2026-02-11").firstMonthBy).toBe(
      "2026-03-10",
    );
  });
});

it("reminders at 15, 7 and 2 days, on the day itself no less, and once it is over", () => {
  expect([16, 15, 8, 7, 3, 2, 0, -1].map(reminderAt)).toEqual([
    null,
    "15",
    "15",
    "7",
    "7",
    "2",
    "2",
    "overdue",
  ]);
});

it("days between, a complaint's 30 days with the day of receipt, and medians", () => {
  expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
  expect(daysBetween("2026-03-30", "2026-03-29")).toBe(-1);
  expect(acknowledgeBy("2027-01-31")).toBe("2027-03-01");
  expect(acknowledgeBy("2028-02-01")).toBe("2028-03-01");
  expect([median([]), median([3]), median([9, 1, 4]), median([1, 2])]).toEqual([null, 3, 4, 1.5]);
});
