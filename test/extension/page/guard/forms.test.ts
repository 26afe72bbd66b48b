/** Where a form leads as it is filled in, with a page of a few objects. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { besideOf, sentBy, settle, withFields } from "../../../../extension/page/guard/forms.ts";
import { dialRules, readDial } from "../../../../shared/dials/read.ts";

const read = (address: string) => readDial(address, dialRules(null))?.written ?? null;

describe("the fields of a form that is sent by GET", () => {
  it.each([
    // HTML, "mutate action URL": the fields replace the action's query; Chromium does so for every scheme.
    [
      "https://api.whatsapp.com/send?phone=353861234567",
      "phone",
      "447700900123",
      "https://api.whatsapp.com/send?phone=447700900123",
      "+447700900123",
    ],
    ["whatsapp://send", "phone", "447700900123", "whatsapp://send?phone=447700900123", "+447700900123"],
    ["acme:call", "phone", "+442079460958", "acme:call?phone=%2B442079460958", "+442079460958"],
    ["acme:call?number=1#x", "a b", "1&2", "acme:call?a+b=1%262#x", null],
    ["tel:+442079460958?x", "q", "Zoë", "tel:+442079460958?q=Zo%C3%AB", "+442079460958"],
    ["sms:+442079460958", "body", "a\nb", "sms:+442079460958?body=a%0D%0Ab", "+442079460958"],
  ])("%s and %s=%s are %s: %s", (action, name, value, address, written) => {
    expect(withFields(action, [[name, value]])).toBe(address);
    expect(read(address)).toBe(written);
  });
  it("are none where it has none, and a file's name where there is a file", () => {
    expect(withFields("tel:+442079460958?phone=1", [])).toBe("tel:+442079460958");
    expect(withFields("acme:x", [["f", new File([], "02079460958")]])).toBe("acme:x?f=02079460958");
  });
});

describe("a form", () => {
  /** What its fields are, and what the page's listeners of `formdata` do. */
  interface Form {
    attributes: Record<string, string>;
    fields: [string, string][];
    listener?: (fields: Map<string, string>) => void;
  }
  const made = (attributes: Form["attributes"], fields: Form["fields"] = [], listener?: Form["listener"]) =>
    Object.assign(new Element(), { attributes, fields, listener }) as unknown as HTMLFormElement & Form;
  const looked: Form[] = [];

  beforeEach(() => {
    looked.length = 0;
    vi.stubGlobal(
      "Node",
      class {
        get baseURI() {
          return "https://crm.example/";
        }
      },
    );
    vi.stubGlobal("document", new Node());
    vi.stubGlobal(
      "Element",
      class {
        attributes: Record<string, string> = {};
        getAttribute(name: string) {
          return this.attributes[name] ?? null;
        }
      },
    );
    vi.stubGlobal(
      "FormData",
      class extends Map<string, string> {
        constructor(form: Form, submitter: Form | null) {
          super(form.fields);
          looked.push(form);
          if (submitter?.attributes["name"]) this.set(submitter.attributes["name"], "sent");
          form.listener?.(this);
        }
      },
    );
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("leads where its fields say", () => {
    const form = made({ action: "https://wa.me/353861234567" }, [["phone", "447700900123"]]);
    expect(sentBy(form, null).address).toBe("https://wa.me/353861234567?phone=447700900123");
    const button = made({ formaction: "acme:call", name: "go" }) as unknown as Element;
    expect(sentBy(form, button).address).toBe("acme:call?phone=447700900123&go=sent");
  });
  it("or, by POST, where its action does; and a dialog's nowhere", () => {
    const post = made({ action: "acme:call?phone=1", method: "POST" }, [["phone", "2"]]);
    expect(sentBy(post, null)).toEqual({ address: "acme:call?phone=1", fields: null });
    const dialog = made({ action: "tel:+442079460958", method: "dialog" });
    expect(sentBy(dialog, null).address).toBe("");
  });
  it("of the page's own site is not looked at", () => {
    for (const action of [
      "/save",
      "https://crm.example/tel:1",
      "javascript:x",
      "https://example.com/send",
      "https://[",
    ])
      sentBy(made({ action }, [["phone", "2"]]), null);
    expect(looked).toEqual([]);
  });
  it("is judged with what the page's listeners put in, and by the action that they leave", () => {
    const form = made({ action: "acme:call" }, [["phone", "1"]], (fields) => {
      fields.set("phone", "+442079460958");
      form.attributes["action"] = "acme:dial";
    });
    expect(sentBy(form, null).address).toBe("acme:dial?phone=%2B442079460958");
    form.listener = () => (form.attributes["action"] = "https://[");
    expect(sentBy(form, null).address).toBe("");
  });
  it("opens another window where it is to as it is looked at, or when that is asked", () => {
    const base = { target: "" };
    vi.stubGlobal("self", { origin: "https://crm.example" });
    vi.stubGlobal("window", {});
    Object.assign(window, { parent: window });
    vi.stubGlobal(
      "Document",
      class {
        querySelector() {
          return base.target ? made(base) : null;
        }
      },
    );
    const form = made({});
    const here = besideOf(form, null);
    expect([here("goes"), here("click")]).toEqual([false, false]);
    base.target = "_blank";
    expect([here("goes"), here("click")]).toEqual([true, true]);
    const away = besideOf(form, null);
    base.target = "_top";
    expect([here("goes"), here("click")]).toEqual([false, true]);
    expect([away("goes"), away("click")]).toEqual([true, true]);
  });
  it("or to a name that no frame here has, as it is then another window's", () => {
    const lines = { name: "lines", length: 0 };
    const far = {
      get name(): string {
        throw new Error("SecurityError");
      },
    };
    vi.stubGlobal("self", { origin: "https://crm.example" });
    vi.stubGlobal("window", { name: "own", length: 2, 0: far, 1: { name: "crm", length: 1, 0: lines } });
    Object.assign(window, { parent: window });
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new Error("SecurityError");
      },
    });
    vi.stubGlobal(
      "Document",
      class {
        querySelector() {
          return null;
        }
      },
    );
    const goes = (target: string) => besideOf(made({ target }), null)("goes");
    expect(["own", "crm", "lines", "_top", "_PARENT", "_self", ""].map(goes)).toEqual(Array(7).fill(false));
    // An element has its id there, and an unfinished tag is no name (HTML, 7.2.2.1).
    const away = ["phone", "localStorage", "top", "window", "_blank", "_BLANK", "crm\n<", "<\tcrm"];
    expect(away.map(goes)).toEqual(Array(8).fill(true));
  });
  it("is looked at while another one is", () => {
    const second = made({ action: "acme:call" }, [["phone", "2"]]);
    const addresses: string[] = [];
    const first = made({ action: "acme:call" }, [["phone", "1"]], () => {
      addresses.push(sentBy(second, null).address, sentBy(first, null).address);
    });
    addresses.push(sentBy(first, null).address);
    expect(addresses).toEqual(["acme:call?phone=2", "acme:call", "acme:call?phone=1"]);
  });
});

it("what the browser sends is what was judged, whatever the page has put in", () => {
  const formData = new FormData();
  formData.append("phone", "1");
  formData.append("phone", "2");
  formData.append("more", "3");
  const stopImmediatePropagation = vi.fn();
  settle({ target: {}, stopImmediatePropagation, formData } as unknown as FormDataEvent, [
    ["phone", "+442079460958"],
    ["file", new File(["x"], "a.txt")],
  ]);
  expect(stopImmediatePropagation).toHaveBeenCalledOnce();
  expect([...formData.keys()]).toEqual(["phone", "file"]);
  expect(formData.get("phone")).toBe("+442079460958");
  expect((formData.get("file") as File).name).toBe("a.txt");
});
