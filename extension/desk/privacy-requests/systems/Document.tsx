/** A certificate or a receipt: to read, to print, to save as PDF. */
import { Button, Group } from "@mantine/core";
import { deskRequestsEn } from "../../../../shared/texts/privacy-requests/desk.en.ts";
import { printText } from "../../parts/print.ts";

export const Document = ({ title, text }: { title: string; text: string }) => (
  <>
    <div className="desk-letter">{text}</div>
    <Group justify="flex-end" mt="md">
      <Button variant="default" onClick={() => printText(title, text)}>
        {deskRequestsEn.one.print}
      </Button>
    </Group>
  </>
);
