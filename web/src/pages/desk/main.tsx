import en from "../../../../locales/en/desk.ftl?raw";
import zh from "../../../../locales/zh-CN/desk.ftl?raw";
import { openPage } from "../../shared/page";
import "./desk.css";
import "./side.css";
import { DeskPage } from "./DeskPage";
import { openDesk } from "./store";

openPage(<DeskPage />, { zh, en });
void openDesk();
