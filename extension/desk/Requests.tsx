/** Requests of data subjects: the queue by deadline, objections that nobody has checked, the figures, and letters' words. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { deskRequestsEn } from "../../shared/texts/desk-requests.en.ts";
import { Page } from "./parts/Page.tsx";
import { words } from "./parts/words.ts";
import { RequestsEnter } from "./RequestsEnter.tsx";
import { RequestsFigures } from "./RequestsFigures.tsx";
import { RequestsObjections } from "./RequestsObjections.tsx";
import { RequestsQueue } from "./RequestsQueue.tsx";
import { RequestsTemplates } from "./RequestsTemplates.tsx";
import { useMay } from "./shell/me.ts";
import { TabbedPage } from "./shell/TabbedPage.tsx";

const text = deskRequestsEn;

const panels = {
  queue: RequestsQueue,
  objections: RequestsObjections,
  figures: RequestsFigures,
  letters: RequestsTemplates,
};

export default function Requests() {
  const mayAll = useMay("compliance", "admin");
  const [entering, setEntering] = useState(false);
  const title = words.nav.requests;
  const actions = <Button onClick={() => setEntering(true)}>{text.enter.button}</Button>;
  return (
    <>
      {mayAll ? (
        <TabbedPage {...{ title, actions, panels }} path="/requests" lead={text.lead} labels={text.tabs} />
      ) : (
        // Managers see the figures alone, and enter what they were told.
        <Page {...{ title, actions }} lead={text.leadFigures}>
          <RequestsFigures />
        </Page>
      )}
      {entering && <RequestsEnter close={() => setEntering(false)} />}
    </>
  );
}
