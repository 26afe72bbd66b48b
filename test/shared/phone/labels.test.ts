/** What names of fields and words before digits say of them. */
import { describe, expect, it } from "vitest";
import { labelOfName } from "../../../shared/phone/labels.ts";
import { findPhones } from "../../../shared/phone/phone.ts";

const found = (text: string, region = "GB") => findPhones(text, region).map(({ e164 }) => e164);
const LONDON = "+442079460958";

describe("a name in one word", () => {
  it.each(["orderNo", "customerId", "nhsNumber", "invoiceNo", "CustomerID", "AccountNumber", "VATNumber"])(
    "%s says that it is something else",
    (name) => {
      expect(labelOfName(name)).toBe("never");
      expect(found(`{"${name}":"02079460958"}`)).toEqual([]);
      expect(found(`${name}: 020 7946 0958`)).toEqual([]);
    },
  );
  it.each(["phoneNumber", "workPhone", "MobilePhone", "WhatsApp"])("%s says that it is a phone", (name) => {
    expect(labelOfName(name)).toBe("phone");
    expect(found(`{"${name}":"4155550134"}`, "US")).toEqual(["+14155550134"]);
  });
  it.each(["McCall", "MacDirect", "eBay"])("%s says nothing", (name) => {
    expect(labelOfName(name)).toBe("none");
  });
});

describe("postcodes", () => {
  it.each(["02134-1000", "Allston 02134-1000", "Allston, MA 02134-1000", "ZIP 02134-1000"])(
    "%s is none in the United States",
    (text) => expect(findPhones(text, "US")).toEqual([]),
  );
  it("elsewhere a 0 may begin a number", () => {
    expect(found("02134-1000", "DE")).toEqual(["+4921341000"]);
    expect(findPhones("Tel. 02134-1000", "US")).toHaveLength(1);
  });
  it.each(["ZIP", "Zip code", "Postcode", "Postal code", "Zip/Postal Code", "BillingPostalCode"])(
    "%s names one",
    (name) => expect(labelOfName(name)).toBe("never"),
  );
  it.each(["PLZ", "Postleitzahl", "Code postal", "CAP", "Código postal"])("%s names one", (name) =>
    expect(labelOfName(name)).toBe("never"),
  );
  it.each([
    ["ZIP 60606, 312-555-0187", "US", ["+13125550187"]],
    ["ZIP: 60606 312-555-0187", "US", ["+13125550187"]],
    ["CAP 20121 02 1234567", "IT", ["+39021234567"]],
    ["PLZ 10115 030 23125-0", "DE", ["+4930231250"]],
    ["Postcode: 020 7946 0958", "GB", []],
    ["Postcode: +44 20 7946 0958", "GB", [LONDON]],
  ])("%s in %s: what is behind one", (text, region, e164s) => {
    expect(found(text, region)).toEqual(e164s);
  });
});

describe("a word before grouped digits", () => {
  it.each(["SKU: ", "SKU ", "Serial ", "S/N ", "Part no. "])("%sis of no department", (label) => {
    expect(found(`${label}020 7946 0958`)).toEqual([]);
  });
  it.each(["Order ", "Account ", "Booking "])("%smay be who is called", (label) => {
    expect(found(`${label}020 7946 0958`)).toEqual([LONDON]);
  });
});
