# The sign-in page

signin-title = Sign in
signin-lead = Queues of the service hall
signin-name = User name
signin-password = Password
signin-do = Sign in
signin-wrong = User name or password is wrong. Please enter them again.
signin-too-many = Too many attempts. Please wait before the next one.
signin-later = Next attempt in { $seconds } s
signin-continue = Continue
signin-other = Sign in as somebody else
signin-window = Which window are you at?
signin-window-hint = Enter the number of a window, such as 12
signin-to-window = Take the seat
signin-foot = Forgotten your password? Ask the hall's administrator
