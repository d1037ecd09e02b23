import en from "../../../../locales/en/signin.ftl?raw";
import zh from "../../../../locales/zh-CN/signin.ftl?raw";
import { openPage } from "../../shared/page";
import "./signin.css";
import { SignInPage } from "./SignInPage";

openPage(<SignInPage />, { zh, en });
