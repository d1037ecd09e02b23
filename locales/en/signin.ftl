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
password-change = This is your first sign-in: choose a password of your own.
password-new = New password
password-again = New password again
password-rule = At least 8 characters, three of capitals, small letters, digits and signs, without your name.
password-unfit = The new password will not do. Choose another one.
password-differs = The two new passwords are not the same.
password-expired = The password for the first sign-in has expired. Ask the hall's administrator.
