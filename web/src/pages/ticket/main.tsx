import en from "../../../../locales/en/ticket-page.ftl?raw";
import zh from "../../../../locales/zh-CN/ticket-page.ftl?raw";
import { openPage } from "../../shared/page";
import "./ticket.css";
import "./slip.css";
import { openTicket } from "./store";
import { TicketPage } from "./TicketPage";

openPage(<TicketPage />, { zh, en });
void openTicket();
