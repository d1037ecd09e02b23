import en from "../../../../locales/en/phone.ftl?raw";
import zh from "../../../../locales/zh-CN/phone.ftl?raw";
import { openPage } from "../../shared/page";
import "./phone.css";
import "./parking.css";
import { PhonePage } from "./PhonePage";
import { follow } from "./store";

openPage(<PhonePage />, { zh, en });
void follow();
