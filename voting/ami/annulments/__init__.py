"""Parts taken or left by a contested right, annulled or restored one by one."""
