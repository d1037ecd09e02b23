import en from "../../../../locales/en/reception.ftl?raw";
import zh from "../../../../locales/zh-CN/reception.ftl?raw";
import { openPage } from "../../shared/page";
import "./reception.css";
import { ReceptionPage } from "./ReceptionPage";
import { openReception } from "./store";

openPage(<ReceptionPage />, { zh, en });
void openReception();
